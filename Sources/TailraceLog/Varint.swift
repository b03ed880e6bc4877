/// Numbers and strings as blocks and their digests hold them: LEB128 varints, strings as length and bytes.
extension [UInt8] {
    package mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func appendString(_ string: String) {
        self.appendVarint(UInt64(string.utf8.count))
        self.append(contentsOf: string.utf8)
    }
}

/// Reads what the encoder wrote, trusting nothing.
package struct VarintReader {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func byte() throws -> UInt8 {
        guard self.position < self.bytes.count else { throw BlockCodec.DecodeError.truncated }
        defer { self.position += 1 }
        return self.bytes[self.position]
    }

    package mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try self.byte()
            guard shift < 64 else { throw BlockCodec.DecodeError.inconsistent }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A number of things that take at least `unitBytes` each: more than could be there is an error before it is an
    /// allocation.
    package mutating func count(unitBytes: Int) throws -> Int {
        let value = try self.varint()
        guard value <= UInt64((self.bytes.count - self.position) / unitBytes) else {
            throw BlockCodec.DecodeError.truncated
        }
        return Int(value)
    }

    mutating func length() throws -> UInt32 {
        guard let length = UInt32(exactly: try self.varint()) else { throw BlockCodec.DecodeError.inconsistent }
        return length
    }

    mutating func string() throws -> String {
        let length = try self.count(unitBytes: 1)
        defer { self.position += length }
        return String(decoding: self.bytes[self.position..<self.position + length], as: UTF8.self)
    }

    package mutating func rest() -> [UInt8] {
        defer { self.position = self.bytes.count }
        return Array(self.bytes[self.position...])
    }
}
