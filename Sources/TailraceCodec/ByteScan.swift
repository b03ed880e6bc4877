import Glibc

/// Small readings of bytes that the formats share; all of them stay inside the span.
extension Span<UInt8> {
    func has(_ byte: UInt8, at index: Int) -> Bool { index < self.count && self[index] == byte }

    /// True at the end of the span or on a byte that cannot go on a number or word.
    func isBoundary(_ index: Int) -> Bool { index >= self.count || !self[index].isAlphanumeric }

    /// Eight bytes as a little-endian number, the first one lowest.
    func word(at index: Int) -> UInt64 {
        // Sound: the load traps outside of the span, and any bytes are a number.
        UInt64(littleEndian: unsafe self.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    func hasByteOrderMark(at index: Int) -> Bool {
        index + 3 <= self.count && self[index] == 0xef && self[index + 1] == 0xbb && self[index + 2] == 0xbf
    }

    /// The first such byte at or after `start`.
    func index(of byte: UInt8, from start: Int) -> Int? {
        guard start < self.count else { return nil }
        return self.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + start, Int32(byte), bytes.count - start)
            else {
                return nil
            }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// The first index at or after `start`, and before `limit`, whose byte is none that `isPart` accepts.
    func end(of isPart: (UInt8) -> Bool, from start: Int, limit: Int? = nil) -> Int {
        let stop = Swift.min(limit ?? self.count, self.count)
        var index = start
        while index < stop, isPart(self[index]) { index += 1 }
        return index
    }

    /// Exactly two digits at `index`, or a negative number.
    func twoDigits(at index: Int) -> Int {
        guard index + 2 <= self.count else { return -1 }
        let tens = self[index] &- UInt8(ascii: "0")
        let ones = self[index + 1] &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : -1
    }

    /// Exactly four digits at `index`, or a negative number.
    func fourDigits(at index: Int) -> Int {
        let high = self.twoDigits(at: index)
        let low = self.twoDigits(at: index + 2)
        return high < 0 || low < 0 ? -1 : high * 100 + low
    }

    /// `+02:00`, `-0530` or `+02`: seconds east of UTC.
    func numericZone(at index: Int) -> (seconds: Int, end: Int)? {
        guard index < self.count else { return nil }
        let sign = self[index]
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let hours = self.twoDigits(at: index + 1)
        guard (0...23).contains(hours) else { return nil }
        var end = index + 3
        var minutes = 0
        let minuteIndex = self.has(UInt8(ascii: ":"), at: end) ? end + 1 : end
        let digits = self.twoDigits(at: minuteIndex)
        if (0...59).contains(digits) {
            minutes = digits
            end = minuteIndex + 2
        }
        guard self.isBoundary(end) else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return (sign == UInt8(ascii: "-") ? -seconds : seconds, end)
    }

    /// Whether the bytes at `range` are `text`, ignoring ASCII case; `text` is in lower case.
    func equals(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.upperBound <= self.count else { return false }
        let letters = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for offset in 0..<range.count where self[range.lowerBound + offset].lowercased != letters[offset] {
            return false
        }
        return true
    }
}

extension Array {
    /// Empties scratch space, and gives it back if a huge line made it huge: there is some per open file.
    mutating func clearForReuse() {
        self.removeAll(keepingCapacity: self.capacity * MemoryLayout<Element>.stride <= 64 << 10)
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var isUppercase: Bool { self &- UInt8(ascii: "A") < 26 }
    var isAlphanumeric: Bool { self.isDigit || self.isLetter }
    /// Space or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var lowercased: UInt8 { self.isUppercase ? self | 0x20 : self }
}
