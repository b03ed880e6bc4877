/// A time of day: seconds since midnight and nanoseconds.
struct Clock {
    var seconds: Int
    var nanoseconds: Int
    var end: Int
}

/// The parts of a written time.
extension Span<UInt8> {
    /// `07:35:12`, `07:35:12.123456`, `07:35:12,978`; digits beyond nanoseconds are read over. The second may be 60.
    func clock(at index: Int) -> Clock? {
        guard index + 8 <= self.count, self[index + 2] == UInt8(ascii: ":"), self[index + 5] == UInt8(ascii: ":") else {
            return nil
        }
        let hour = self.twoDigits(at: index)
        let minute = self.twoDigits(at: index + 3)
        let second = self.twoDigits(at: index + 6)
        guard (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second) else { return nil }
        var clock = Clock(seconds: hour * 3600 + minute * 60 + second, nanoseconds: 0, end: index + 8)
        if clock.end + 1 < self.count, self[clock.end] == UInt8(ascii: ".") || self[clock.end] == UInt8(ascii: ","),
            self[clock.end + 1].isDigit
        {
            let fraction = self.fraction(at: clock.end + 1)
            clock.nanoseconds = fraction.nanoseconds
            clock.end = fraction.end
        }
        return clock
    }

    /// The digits behind a decimal point, as nanoseconds.
    func fraction(at index: Int) -> (nanoseconds: Int, end: Int) {
        var value = 0
        var digits = 0
        var end = index
        while end < self.count, self[end].isDigit {
            if digits < 9 {
                value = value * 10 + Int(self[end] &- UInt8(ascii: "0"))
                digits += 1
            }
            end += 1
        }
        while digits < 9 {
            value *= 10
            digits += 1
        }
        return (value, end)
    }

    /// A zone at `index` or behind one space; nil if there is none or it means different things in different places.
    func zone(at index: Int) -> (seconds: Int, end: Int)? {
        guard index < self.count else { return nil }
        let start = self[index] == UInt8(ascii: " ") ? index + 1 : index
        guard start < self.count else { return nil }
        switch self[start] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return self.isBoundary(start + 1) ? (0, start + 1) : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard let zone = self.numericZone(at: start) else { return nil }
            // Behind a space `-1` or `-07` may as well be the message; only a zone has four digits.
            return start == index || zone.end - start >= 5 ? zone : nil
        case let byte where byte.isUppercase && start > index: return self.abbreviatedZone(at: start)
        default: return nil
        }
    }

    /// RFC 5322 §4.3 and the European names; `IST`, `BST` and the like have several meanings and are left alone.
    func abbreviatedZone(at start: Int) -> (seconds: Int, end: Int)? {
        let end = self.end(of: \.isUppercase, from: start, limit: start + 5)
        guard self.isBoundary(end) else { return nil }
        let name = start..<end
        if self.equals("utc", at: name) || self.equals("gmt", at: name) { return (0, end) }
        for (abbreviation, hours) in namedZoneHours where self.equals(abbreviation, at: name) {
            return (hours * 3600, end)
        }
        return nil
    }

    /// A day of one or two digits, also padded with a space as ctime and syslog write it.
    func dayOfMonth(at index: Int) -> (value: Int, end: Int)? {
        let both = self.twoDigits(at: index)
        if both > 0 { return (both, index + 2) }
        let digit = self.has(UInt8(ascii: " "), at: index) ? index + 1 : index
        guard digit < self.count, self[digit].isDigit else { return nil }
        return (Int(self[digit] &- UInt8(ascii: "0")), digit + 1)
    }

    /// `Jan` … `Dec` in any case: 1 … 12.
    func month(at index: Int) -> Int? {
        guard let letters = self.threeLetters(at: index) else { return nil }
        return monthNames.firstIndex(of: letters).map { $0 + 1 }
    }

    /// The same, of which only the first three letters of a full name are looked at.
    func monthName(at index: Int) -> Int? {
        guard index + 3 <= self.count else { return nil }
        let letters = packed(self[index], self[index + 1], self[index + 2])
        return monthNames.firstIndex(of: letters).map { $0 + 1 }
    }

    func isWeekday(at index: Int) -> Bool {
        guard let letters = self.threeLetters(at: index) else { return false }
        return weekdayNames.contains(letters)
    }

    /// Three letters and no fourth, lower case, as one number.
    private func threeLetters(at index: Int) -> UInt32? {
        guard index + 3 <= self.count, self.isBoundary(index + 3) else { return nil }
        return packed(self[index], self[index + 1], self[index + 2])
    }
}

private func packed(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
    UInt32(first | 0x20) << 16 | UInt32(second | 0x20) << 8 | UInt32(third | 0x20)
}

private func packed(_ names: [String]) -> [UInt32] {
    names.map { name in name.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1 | 0x20) } }
}

private let monthNames = packed([
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
])
private let weekdayNames = packed(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
private let namedZoneHours: [(StaticString, Int)] = [
    ("est", -5), ("edt", -4), ("cst", -6), ("cdt", -5), ("mst", -7), ("mdt", -6), ("pst", -8), ("pdt", -7),
    ("wet", 0), ("west", 1), ("cet", 1), ("cest", 2), ("eet", 2), ("eest", 3), ("msk", 3), ("jst", 9),
]
