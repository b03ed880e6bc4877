import TailraceEvent

/// What the start of a text line tells about it. The text itself stays in the message.
struct LineHead: Equatable {
    /// Nanoseconds since 1970.
    var time: Int64?
    var level: Level?

    var isComplete: Bool { self.time != nil && self.level != nil }
}

/// Reads the time and level in front of a text line's message, in any order, and over what loggers put between them.
///
/// | part | examples |
/// |---|---|
/// | time | see `TimeReader`; in brackets too |
/// | level in brackets | `[error]`, `[WARN ]`, `[core:error]` |
/// | level as a word | `INFO`, `ERROR:`, `warning:`, and `info` between tabs or before `[`, `-` or a second space |
/// | level as a letter | klog `W0102 15:04:05.678`, logcat `1702  2395 E Tag:` and `E/Tag( 123):`, Ruby `I, [` |
/// | level as a pair | `level=warn` |
/// | level as a number | `<3>` |
/// | read over | process and thread numbers, `[main]`, `(worker)`, `root - `, `web-1 \| `, separators |
///
/// It stops at the first word that is none of these: that is the message, and no word in it makes a level.
struct LineHeadReader: Sendable {
    var times: TimeReader

    /// More parts than any known logger writes before its message.
    private static let maxParts = 10
    /// Heads are short; a name or bracket that is longer is the message.
    private static let maxHeadBytes = 256
    private static let maxGroupBytes = 64

    /// What the walk over a line's head knows beside the head itself.
    private struct Walk {
        var head: LineHead
        var index: Int
        var sawNumber = false
        var followsTab = false
    }

    /// Reads on at `start`, behind what `head` already tells.
    mutating func read(_ line: Span<UInt8>, from start: Int, known head: LineHead, received: Timestamp) -> LineHead {
        var walk = Walk(head: head, index: start)
        for _ in 0..<Self.maxParts {
            self.skipSeparators(line, &walk)
            guard walk.index < min(line.count, Self.maxHeadBytes), self.takePart(line, &walk, received) else { break }
            if walk.head.isComplete { return walk.head }
        }
        if walk.head.time == nil { walk.head.time = self.accessLogTime(line) }
        return walk.head
    }

    private mutating func takePart(_ line: Span<UInt8>, _ walk: inout Walk, _ received: Timestamp) -> Bool {
        let byte = line[walk.index]
        let opensGroup = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(")
        if walk.head.time == nil, self.takeTime(line, &walk, opensGroup: opensGroup, received) { return true }
        if opensGroup { return self.takeGroup(line, &walk) }
        if byte.isDigit { return self.takeNumber(line, &walk) }
        return self.takeWord(line, &walk)
    }

    private mutating func takeTime(
        _ line: Span<UInt8>, _ walk: inout Walk, opensGroup: Bool, _ received: Timestamp
    ) -> Bool {
        let start = opensGroup ? walk.index + 1 : walk.index
        if let match = self.times.time(in: line, at: start, received: received) {
            walk.head.time = match.nanoseconds
            walk.index = match.end
            // `[2026-01-01T12:00:00.123456 #1234]`: the rest of the bracket is a process id.
            if opensGroup, match.end < line.count, line[match.end] == 0x20,
                let close = line.index(of: UInt8(ascii: "]"), from: match.end), close - match.end < 16
            {
                walk.index = close
            }
            return true
        }
        guard !opensGroup, let match = self.klog(line, at: start, received) else { return false }
        walk.head = LineHead(time: match.time, level: match.level)
        return true
    }

    /// `I0102 15:04:05.678`: a level letter, month and day, no year.
    private mutating func klog(_ line: Span<UInt8>, at index: Int, _ received: Timestamp) -> LineHead? {
        guard index + 14 <= line.count, line[index + 5] == 0x20, line[index + 8] == UInt8(ascii: ":"),
            let level = Self.letterLevel(line[index])
        else { return nil }
        let month = line.twoDigits(at: index + 1)
        let day = line.twoDigits(at: index + 3)
        guard let match = self.times.time(in: line, month: month, day: day, clockAt: index + 6, received: received)
        else {
            return nil
        }
        return LineHead(time: match.nanoseconds, level: level)
    }

    /// An access log's time stands behind addresses and names: `1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700]`.
    private mutating func accessLogTime(_ line: Span<UInt8>) -> Int64? {
        guard let bracket = line.index(of: UInt8(ascii: "["), from: 0), bracket < Self.maxHeadBytes else { return nil }
        return self.times.accessLog(in: line, at: bracket + 1)?.nanoseconds
    }

    private func skipSeparators(_ line: Span<UInt8>, _ walk: inout Walk) {
        walk.followsTab = false
        while walk.index < line.count {
            switch line[walk.index] {
            case 0x09: walk.followsTab = true
            case 0x20, UInt8(ascii: "|"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: ":"), UInt8(ascii: ","):
                break
            case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "#"):
                let next = walk.index + 1
                if next < line.count, line[next].isAlphanumeric { return }
            default: return
            }
            walk.index += 1
        }
    }

    // MARK: parts

    /// `[main]`, `[error]`, `[core:error]`, `(MainThread)`
    private func takeGroup(_ line: Span<UInt8>, _ walk: inout Walk) -> Bool {
        let close = line[walk.index] == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: ")")
        let limit = min(line.count, walk.index + Self.maxGroupBytes)
        let end = line.end(of: { $0 != close }, from: walk.index + 1, limit: limit)
        guard end < limit else { return false }
        if walk.head.level == nil {
            var start = line.end(of: \.isBlank, from: walk.index + 1, limit: end)
            if let colon = line.index(of: UInt8(ascii: ":"), from: start), colon < end { start = colon + 1 }
            let wordEnd = line.end(of: \.isLetter, from: start, limit: end)
            if line.end(of: \.isBlank, from: wordEnd, limit: end) == end {
                walk.head.level = LevelWord(line, start..<wordEnd)?.level
            }
        }
        walk.index = end + 1
        return true
    }

    /// A process or thread number, `1234`, `811#0` or Redis' `1234:M`.
    private func takeNumber(_ line: Span<UInt8>, _ walk: inout Walk) -> Bool {
        var end = line.end(of: \.isDigit, from: walk.index)
        guard end - walk.index <= 10 else { return false }
        if line.has(UInt8(ascii: "#"), at: end) { end = line.end(of: \.isDigit, from: end + 1) }
        if line.has(UInt8(ascii: ":"), at: end), end + 1 < line.count, line[end + 1].isUppercase {
            end = line.isBoundary(end + 2) ? end + 2 : end
        }
        guard end == line.count || line[end].isBlank || line[end] == UInt8(ascii: ":") || line[end] == UInt8(ascii: "]")
        else { return false }
        walk.index = end
        walk.sawNumber = true
        return true
    }

    private func takeWord(_ line: Span<UInt8>, _ walk: inout Walk) -> Bool {
        let start = walk.index
        let end = line.end(of: \.isLetter, from: start, limit: start + 16)
        if walk.head.level == nil, end > start {
            if end == start + 1, let found = self.letter(line, walk) {
                walk.head.level = found
                walk.index = end
                return true
            }
            if let level = LevelPair(line, start..<end)?.level {
                walk.head.level = level
                return true
            }
            if let word = LevelWord(line, start..<end), word.standsAsLevel(line, followsTab: walk.followsTab) {
                walk.head.level = word.level
                walk.index = end
                return true
            }
        }
        return self.skipName(line, &walk)
    }

    private func letter(_ line: Span<UInt8>, _ walk: Walk) -> Level? {
        let next = walk.index + 1
        guard next < line.count, let level = Self.letterLevel(line[walk.index]) else { return nil }
        switch line[next] {
        case 0x20: return walk.sawNumber && walk.head.time != nil ? level : nil
        case UInt8(ascii: ","): return line.has(UInt8(ascii: "["), at: next + 2) ? level : nil
        case UInt8(ascii: "/"): return Self.isLogcatTag(line, at: next + 1) ? level : nil
        default: return nil
        }
    }

    /// `Tag( 123):`, so that the `I` of `I/O error` is none.
    private static func isLogcatTag(_ line: Span<UInt8>, at start: Int) -> Bool {
        let open = line.end(of: { $0 != UInt8(ascii: "(") }, from: start, limit: start + Self.maxGroupBytes)
        guard line.has(UInt8(ascii: "("), at: open) else { return false }
        let digits = line.end(of: \.isBlank, from: open + 1)
        let close = line.end(of: \.isDigit, from: digits)
        return close > digits && line.has(UInt8(ascii: ")"), at: close)
    }

    /// A name that a separator sets apart from the message: `root - `, `web-1  | `.
    private func skipName(_ line: Span<UInt8>, _ walk: inout Walk) -> Bool {
        let limit = walk.index + Self.maxGroupBytes
        let end = line.end(of: { !$0.isBlank && $0 != UInt8(ascii: "|") }, from: walk.index, limit: limit)
        let next = line.end(of: \.isBlank, from: end)
        guard end > walk.index, next < line.count else { return false }
        let isBar = line[next] == UInt8(ascii: "|")
        let isDash = next > end && line[next] == UInt8(ascii: "-") && line.has(0x20, at: next + 1)
        guard isBar || (isDash && walk.head.time != nil) else { return false }
        walk.index = next + 1
        return true
    }

    /// The letters of klog, logcat and Ruby's logger.
    private static func letterLevel(_ letter: UInt8) -> Level? {
        switch letter {
        case UInt8(ascii: "V"), UInt8(ascii: "T"): .trace
        case UInt8(ascii: "D"): .debug
        case UInt8(ascii: "I"): .info
        case UInt8(ascii: "W"): .warn
        case UInt8(ascii: "E"): .error
        case UInt8(ascii: "F"), UInt8(ascii: "A"): .critical
        default: nil
        }
    }
}
