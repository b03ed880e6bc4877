import TailraceEvent

/// What an origin has been seen to write, which decides where a single line could be read either way.
struct OriginHabits: Sendable {
    /// Rises with every logfmt line, falls with every other.
    private var logfmtTrust = 0
    /// The host of the last syslog header that left no doubt.
    private(set) var syslogHost: [UInt8] = []

    /// So many lines in a row make a habit, and as many others break it.
    private static let habit = 4
    private static let maxTrust = 16

    var writesLogfmt: Bool { self.logfmtTrust >= Self.habit }

    mutating func sawLogfmt() { self.logfmtTrust = min(self.logfmtTrust + 1, Self.maxTrust) }

    mutating func sawOther() {
        if self.logfmtTrust > 0 { self.logfmtTrust -= 1 }
    }

    mutating func sawSyslogHost(_ line: Span<UInt8>, _ host: Range<Int>) {
        if self.isSyslogHost(line, host) { return }
        self.syslogHost.removeAll(keepingCapacity: true)
        self.syslogHost.append(line.extracting(host))
    }

    func isSyslogHost(_ line: Span<UInt8>, _ host: Range<Int>) -> Bool {
        guard host.count == self.syslogHost.count, host.upperBound <= line.count else { return false }
        for offset in 0..<host.count where line[host.lowerBound + offset] != self.syslogHost[offset] { return false }
        return true
    }
}

/// `format = "auto"`: each line is what it proves to be, else plain.
///
/// JSON, syslog with a PRI, lines of access logs and those of container runtimes prove themselves. What
/// leaves doubt needs the origin's habit:
///
/// | line | alone | in an origin with the habit |
/// |---|---|---|
/// | `key=value` words | at least two pairs and nothing else | one pair, and a bare word to every four pairs |
/// | `Jun 14 15:16:01 HOST TAG: …` | syslog | syslog |
/// | `2026-11-22T07:35:12Z HOST TAG[PID]: …` | syslog | syslog |
/// | `2026-11-22T07:35:12Z HOST TAG: …` | plain | syslog, if HOST is the one seen before |
/// | `Jun 14 15:16:01 HOST …` | plain | syslog, if HOST is the one seen before |
extension EventDecoder {
    /// False, with nothing appended, if the line proves to be nothing but text.
    mutating func decodeAuto(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard line.count > 0 else { return false }
        let first = line[0]
        if first == UInt8(ascii: "{") || first.isBlank, self.decodeJSON(line, place, into: &batch) { return true }
        if first == UInt8(ascii: "<"), self.decodePrioritySyslog(line, place, into: &batch) { return true }
        if first.isLetter || first == UInt8(ascii: "_") || first == UInt8(ascii: "@") {
            let isHabit = self.habits.writesLogfmt
            if self.decodeLogfmt(
                line, pairsPerBareWord: isHabit ? 4 : 0, minPairs: isHabit ? 1 : 2, place, into: &batch)
            {
                self.habits.sawLogfmt()
                return true
            }
        }
        self.habits.sawOther()
        guard let match = self.heads.times.time(in: line, at: 0, received: place.received) else {
            return first.mayBeginAccessLog && self.decodeAccessLog(line, place, into: &batch)
        }
        if let header = self.syslogHeader(line, behind: match) {
            self.append(line, header, priority: nil, place, into: &batch)
            return true
        }
        self.decodePlain(
            line, known: LineHead(time: match.nanoseconds), from: match.end, place, into: &batch)
        return true
    }

    /// The header that goes on behind a time at the line's start, if the line is syslog.
    private mutating func syslogHeader(_ line: Span<UInt8>, behind match: TimeMatch) -> SyslogHeader? {
        guard line.has(UInt8(ascii: " "), at: match.end), match.end + 1 < line.count,
            line[match.end + 1] != UInt8(ascii: "[")
        else { return nil }
        let isTraditional = line[0].isLetter
        if var header = SyslogHeader(afterTime: line, at: match.end) {
            let isKnown = !header.host.isEmpty && self.habits.isSyslogHost(line, header.host)
            // Behind other times than RFC 3164's, a program's own `name: text` looks the same.
            if isTraditional || isKnown || (header.hasProcessID && !header.host.isEmpty) {
                header.nanoseconds = match.nanoseconds
                if !header.host.isEmpty { self.habits.sawSyslogHost(line, header.host) }
                return header
            }
        }
        let known = self.habits.syslogHost.count
        let host = match.end + 1..<match.end + 1 + known
        guard known > 0, line.has(UInt8(ascii: " "), at: host.upperBound), self.habits.isSyslogHost(line, host) else {
            return nil
        }
        var header = SyslogHeader(afterTime: line, at: match.end, knownHostBytes: known)
        header.nanoseconds = match.nanoseconds
        return header
    }
}

extension UInt8 {
    /// An address or the name of a host.
    fileprivate var mayBeginAccessLog: Bool {
        self.isAlphanumeric || self == UInt8(ascii: ":") || self == UInt8(ascii: "-")
    }
}
