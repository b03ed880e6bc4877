import TailraceEvent

/// A level as some text spells it.
struct LevelReading {
    var level: Level
    /// True where the level's name says all that the spelling said: `WARNING` does, `fatal` and 35 do not.
    var isExact: Bool

    /// A name: `warn`, `ERROR`, `Information`.
    init?(name line: Span<UInt8>, _ range: Range<Int>) {
        guard let level = line.level(range) else { return nil }
        self.level = level
        self.isExact = line[range.lowerBound].lowercased == Self.initials[Int(level.rawValue)]
    }

    /// A number in a member named as a level: pino and bunyan count 10 to 60, GELF and syslog 0 to 7.
    init?(number line: Span<UInt8>, _ range: Range<Int>) {
        guard let value = line.smallNumber(range) else { return nil }
        if let level = Level(syslogSeverity: value) {
            self.level = level
            self.isExact = false
            return
        }
        guard (10..<70).contains(value) else { return nil }
        self.level = [.trace, .debug, .info, .warn, .error, .critical][value / 10 - 1]
        self.isExact = value % 10 == 0
    }

    /// The journal's and syslog's `PRIORITY`, 0 to 7.
    init?(priority line: Span<UInt8>, _ range: Range<Int>) {
        guard let value = line.smallNumber(range), let level = Level(syslogSeverity: value) else { return nil }
        self.level = level
        self.isExact = true
    }

    private static let initials: [UInt8] = [0] + Level.allCases.map { $0.name.utf8.first ?? 0 }
}

extension Span<UInt8> {
    /// The level whose name or alias `range` is.
    func level(_ range: Range<Int>) -> Level? {
        guard (3...11).contains(range.count), self.end(of: \.isLetter, from: range.lowerBound) >= range.upperBound
        else {
            return nil
        }
        if range.count > 9 { return self.equals("information", at: range) ? .info : nil }
        let letters = range.reduce(UInt64(0)) { $0 << 8 | UInt64(self[$1] | 0x20) }
        for (name, level) in commonLevels where name == letters { return level }
        return self.extracting(range).withUnsafeBufferPointer { Level(name: $0) }
    }

    /// One or two digits.
    func smallNumber(_ range: Range<Int>) -> Int? {
        guard (1...2).contains(range.count), self.end(of: \.isDigit, from: range.lowerBound) >= range.upperBound else {
            return nil
        }
        return range.count == 2 ? self.twoDigits(at: range.lowerBound) : Int(self[range.lowerBound] - UInt8(ascii: "0"))
    }
}

/// The names that nearly all logs use, so that the table of all aliases is rarely asked; at most eight letters each.
private let commonLevels: [(letters: UInt64, level: Level)] = ["info", "debug", "warn", "error", "warning", "notice"]
    .compactMap { name in
        Level(name: name).map { (name.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, $0) }
    }
