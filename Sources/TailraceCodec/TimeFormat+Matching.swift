import TailraceEvent

/// What a `TimeFormat` found in a text.
struct TimeFields {
    var year: Int?
    var month = 1
    var day = 1
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var nanoseconds = 0
    var zoneSeconds: Int?
    var epochSeconds: Int64?
    var end: Int

    var secondsOfDay: Int {
        guard let isAfternoon else { return self.hour * 3600 + self.minute * 60 + self.second }
        return (self.hour % 12 + (isAfternoon ? 12 : 0)) * 3600 + self.minute * 60 + self.second
    }
}

extension TimeFormat {
    /// The time of this shape that begins at `start`; nil if there is none.
    func fields(in line: Span<UInt8>, at start: Int) -> TimeFields? {
        var fields = TimeFields(end: start)
        for part in self.parts where !Self.take(part, line, &fields) { return nil }
        return line.isBoundary(fields.end) ? fields : nil
    }

    private static func take(_ part: Part, _ line: Span<UInt8>, _ fields: inout TimeFields) -> Bool {
        let index = fields.end
        switch part {
        case .literal(let byte):
            guard line.has(byte, at: index) else { return false }
            fields.end += 1
        case .year:
            let year = line.fourDigits(at: index)
            guard (1970...2261).contains(year) else { return false }
            fields.year = year
            fields.end += 4
        case .shortYear:
            let year = line.twoDigits(at: index)
            guard year >= 0 else { return false }
            fields.year = year < 70 ? 2000 + year : 1900 + year
            fields.end += 2
        case .month: return Self.number(line, &fields, \.month, 1...12)
        case .day: return Self.number(line, &fields, \.day, 1...31)
        case .hour: return Self.number(line, &fields, \.hour, 0...23)
        case .halfDayHour: return Self.number(line, &fields, \.hour, 1...12)
        case .minute: return Self.number(line, &fields, \.minute, 0...59)
        case .second: return Self.number(line, &fields, \.second, 0...60)
        case .fraction:
            guard index < line.count, line[index].isDigit else { return false }
            (fields.nanoseconds, fields.end) = line.fraction(at: index)
        case .monthName:
            guard let month = line.monthName(at: index) else { return false }
            fields.month = month
            fields.end = line.end(of: \.isLetter, from: index)
        case .weekdayName:
            let end = line.end(of: \.isLetter, from: index)
            guard end > index + 1 else { return false }
            fields.end = end
        case .halfDay:
            guard index + 2 <= line.count, line[index + 1] | 0x20 == UInt8(ascii: "m") else { return false }
            let letter = line[index] | 0x20
            guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return false }
            fields.isAfternoon = letter == UInt8(ascii: "p")
            fields.end += 2
        case .zone:
            if line.has(UInt8(ascii: "Z"), at: index) {
                fields.zoneSeconds = 0
                fields.end += 1
            } else {
                guard let zone = line.numericZone(at: index) else { return false }
                fields.zoneSeconds = zone.seconds
                fields.end = zone.end
            }
        case .zoneName:
            guard let zone = line.abbreviatedZone(at: index) else { return false }
            fields.zoneSeconds = zone.seconds
            fields.end = zone.end
        case .epoch:
            let end = line.end(of: \.isDigit, from: index, limit: index + 10)
            guard end > index else { return false }
            fields.epochSeconds = (index..<end).reduce(Int64(0)) { $0 * 10 + Int64(line[$1] - UInt8(ascii: "0")) }
            fields.end = end
        }
        return true
    }

    /// One digit or two, or a space and one.
    private static func number(
        _ line: Span<UInt8>, _ fields: inout TimeFields, _ field: WritableKeyPath<TimeFields, Int>,
        _ range: ClosedRange<Int>
    ) -> Bool {
        var index = fields.end
        if line.has(0x20, at: index) { index += 1 }
        let both = line.twoDigits(at: index)
        let value: Int
        if both >= 0 {
            value = both
            fields.end = index + 2
        } else {
            guard index < line.count, line[index].isDigit else { return false }
            value = Int(line[index] - UInt8(ascii: "0"))
            fields.end = index + 1
        }
        fields[keyPath: field] = value
        return range.contains(value)
    }
}
