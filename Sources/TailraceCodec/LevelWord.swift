import TailraceEvent

/// A level's name found where a level may stand in a text line.
struct LevelWord {
    let level: Level
    private let range: Range<Int>
    private let isUppercase: Bool
    /// PostgreSQL's `LOG:` is a level, `LOG rotated` a sentence; likewise `NOTE`.
    private let needsColon: Bool

    init?(_ line: Span<UInt8>, _ range: Range<Int>) {
        guard let level = line.level(range) else { return nil }
        self.level = level
        self.range = range
        self.isUppercase =
            line.end(of: \.isUppercase, from: range.lowerBound, limit: range.upperBound) == range.upperBound
        let isCommonWord = Self.isCommonWord(line, range)
        if isCommonWord && !self.isUppercase { return nil }
        self.needsColon = isCommonWord && range.count <= 4
    }

    /// Whether the word, without brackets around it, is set off as a level rather than the message's first word.
    ///
    /// Capitals do that (`ERROR opening`), in other writing (`error opening`, `Error opening`) only what surrounds it.
    func standsAsLevel(_ line: Span<UInt8>, followsTab: Bool) -> Bool {
        let end = self.range.upperBound
        guard end < line.count else { return self.isUppercase || followsTab }
        switch line[end] {
        case UInt8(ascii: ":"), 0x09, UInt8(ascii: "|"): return true
        case UInt8(ascii: "]"), UInt8(ascii: "["), UInt8(ascii: ","): return self.isUppercase
        case 0x20:
            if followsTab { return true }
            guard self.isUppercase, !self.needsColon else { return self.isSetOff(line, at: end + 1) }
            return true
        default: return false
        }
    }

    private func isSetOff(_ line: Span<UInt8>, at next: Int) -> Bool {
        guard next < line.count else { return false }
        switch line[next] {
        case 0x20, UInt8(ascii: "["), UInt8(ascii: "|"): return true
        case UInt8(ascii: "-"): return line.has(0x20, at: next + 1)
        default: return false
        }
    }

    /// Aliases that in small letters are far more often plain English.
    private static func isCommonWord(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        line.equals("log", at: range) || line.equals("config", at: range) || line.equals("note", at: range)
            || line.equals("fine", at: range) || line.equals("failure", at: range)
    }
}

/// `level=warn`, `lvl="warn"`, `severity=error` as a word of a text line's head.
struct LevelPair {
    let level: Level

    init?(_ line: Span<UInt8>, _ key: Range<Int>) {
        guard line.has(UInt8(ascii: "="), at: key.upperBound),
            case .level? = MemberNames.standard.role(line, key)
        else {
            return nil
        }
        let quote = line.has(UInt8(ascii: "\""), at: key.upperBound + 1) ? 1 : 0
        let start = key.upperBound + 1 + quote
        let end = line.end(of: \.isLetter, from: start, limit: start + 12)
        guard let level = line.level(start..<end) else { return nil }
        self.level = level
    }
}
