/// How the bytes of a source stand for characters.
package enum TextEncoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case latin1 = "iso-8859-1"

    /// The encoding that a byte order mark names; nil if `head`, the first bytes of a source, has none.
    package init?(byteOrderMark head: Span<UInt8>) {
        guard head.count >= 2 else { return nil }
        switch (head[0], head[1]) {
        case (0xff, 0xfe): self = .utf16LittleEndian
        case (0xfe, 0xff): self = .utf16BigEndian
        default:
            guard head.hasByteOrderMark(at: 0) else { return nil }
            self = .utf8
        }
    }

    /// Bytes that every character begins at a multiple of.
    package var unitBytes: Int {
        switch self {
        case .utf8, .latin1: 1
        case .utf16LittleEndian, .utf16BigEndian: 2
        }
    }

    /// The byte of a unit that holds the low half of its value.
    private var lowByte: Int { self == .utf16LittleEndian ? 0 : 1 }

    /// Where the first line feed in `bytes`, which begin with a whole unit, begins.
    package func lineFeed(in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
        guard self.unitBytes == 2 else { return bytes.index(of: UInt8(ascii: "\n"), from: start) }
        var from = start
        while let found = bytes.index(of: UInt8(ascii: "\n"), from: from) {
            let unit = found & ~1
            if found - unit == self.lowByte, unit + 1 < bytes.count, bytes[unit + 1 - self.lowByte] == 0 { return unit }
            from = found + 1
        }
        return nil
    }

    /// Whether text looks like UTF-16 of a mostly Latin script: nearly every second byte of it is NUL.
    package static func looksWide(_ head: Span<UInt8>) -> TextEncoding? {
        guard head.count >= 16 else { return nil }
        var zeros = [0, 0]
        for index in 0..<(head.count & ~1) where head[index] == 0 { zeros[index & 1] += 1 }
        let many = head.count / 2 * 3 / 4
        if zeros[1] >= many && zeros[0] < many / 8 { return .utf16LittleEndian }
        if zeros[0] >= many && zeros[1] < many / 8 { return .utf16BigEndian }
        return nil
    }

    /// Appends what `bytes` stand for as UTF-8.
    ///
    /// What stands for no character becomes bytes that are not UTF-8 either, so that nothing is lost: half of a
    /// surrogate pair the three bytes UTF-8 would have for it, and a byte that is half a unit those of U+DC00 plus it.
    package func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        switch self {
        case .utf8: bytes.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        case .latin1: for index in 0..<bytes.count { Self.append(UInt32(bytes[index]), to: &output) }
        case .utf16LittleEndian, .utf16BigEndian: self.decodeUnits(bytes, into: &output)
        }
    }

    private func decodeUnits(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.count)
        var index = 0
        while index + 1 < bytes.count {
            let unit = self.unit(bytes, index)
            index += 2
            if unit < 0x80 {
                output.append(UInt8(unit))
            } else if unit & 0xfc00 == 0xd800, index + 1 < bytes.count, self.unit(bytes, index) & 0xfc00 == 0xdc00 {
                Self.append(0x1_0000 + (unit & 0x3ff) << 10 + self.unit(bytes, index) & 0x3ff, to: &output)
                index += 2
            } else {
                Self.append(unit, to: &output)
            }
        }
        if index < bytes.count { Self.append(0xdc00 + UInt32(bytes[index]), to: &output) }
    }

    func unit(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index + self.lowByte]) | UInt32(bytes[index + 1 - self.lowByte]) << 8
    }

    /// The bytes of UTF-8 for a number below 0x11_0000, also for halves of surrogate pairs.
    private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        switch scalar {
        case ..<0x80: output.append(UInt8(scalar))
        case ..<0x800: output.append(UInt8(0xc0 | scalar >> 6))
        case ..<0x1_0000:
            output.append(UInt8(0xe0 | scalar >> 12))
            output.append(UInt8(0x80 | scalar >> 6 & 0x3f))
        default:
            output.append(UInt8(0xf0 | scalar >> 18))
            output.append(UInt8(0x80 | scalar >> 12 & 0x3f))
            output.append(UInt8(0x80 | scalar >> 6 & 0x3f))
        }
        if scalar >= 0x80 { output.append(UInt8(0x80 | scalar & 0x3f)) }
    }
}
