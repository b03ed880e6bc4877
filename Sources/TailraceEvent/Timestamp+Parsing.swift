extension Timestamp {
    /// Reads RFC 3339: `2026-11-22T07:35:12.123456789Z` or with an offset such as `+01:00`; a space may stand for the
    /// T.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = Self.digits(bytes, 0..<4), let month = Self.digits(bytes, 5..<7),
            let day = Self.digits(bytes, 8..<10), let hour = Self.digits(bytes, 11..<13),
            let minute = Self.digits(bytes, 14..<16), let second = Self.digits(bytes, 17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            let end = bytes[(index + 1)...].firstIndex { $0 < 0x30 || $0 > 0x39 } ?? bytes.count
            guard end > index + 1, let digits = Self.digits(bytes, index + 1..<min(end, index + 10)) else { return nil }
            fraction = Int64(digits)
            for _ in min(end - index - 1, 9)..<9 { fraction *= 10 }
            index = end
        }
        guard let offset = Self.offset(bytes[index...]) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second) - offset
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, nanoseconds <= .max - fraction else { return nil }
        self.init(nanoseconds: nanoseconds + fraction)
    }

    private static func digits(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.upperBound <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[range] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// Seconds east of UTC.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.count == 1, let letter = text.first, letter | 0x20 == UInt8(ascii: "z") { return 0 }
        let bytes = Array(text)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = Self.digits(bytes, 1..<3),
            let minutes = Self.digits(bytes, 4..<6), hours < 24, minutes < 60
        else { return nil }
        let seconds = Int64(hours * 3600 + minutes * 60)
        switch bytes[0] {
        case UInt8(ascii: "+"): return seconds
        case UInt8(ascii: "-"): return -seconds
        default: return nil
        }
    }
}
