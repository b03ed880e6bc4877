/// Checks UTF-8 bit by bit (RFC 3629): fails at the first byte that no valid text can have there.
package struct UTF8Validator: Hashable {
    /// Continuation bytes still to come.
    private var pending: UInt8 = 0
    /// What the next continuation byte may be; narrower than 80…BF right after E0, ED, F0 and F4.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xbf

    package init() {}

    /// Whether the text may end here.
    package var isComplete: Bool { self.pending == 0 }

    /// Returns false where the bytes so far can't be the start of any UTF-8 text.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if self.pending == 0 {
                index = Self.skipASCII(bytes, from: index)
                if index == bytes.count { return true }
            }
            guard self.accept(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard self.pending == 0 else {
            guard (self.lowest...self.highest).contains(byte) else { return false }
            (self.lowest, self.highest) = (0x80, 0xbf)
            self.pending -= 1
            return true
        }
        switch byte {
        case 0x00...0x7f: break
        case 0xc2...0xdf: self.pending = 1
        case 0xe0: (self.pending, self.lowest) = (2, 0xa0)
        case 0xed: (self.pending, self.highest) = (2, 0x9f)
        case 0xe1...0xef: self.pending = 2
        case 0xf0: (self.pending, self.lowest) = (3, 0x90)
        case 0xf4: (self.pending, self.highest) = (3, 0x8f)
        case 0xf1...0xf3: self.pending = 3
        default: return false
        }
        return true
    }

    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }
}
