import TailraceEvent

/// What stands before the message of a syslog line; empty ranges are parts it does not have.
struct SyslogHeader: Equatable {
    var nanoseconds: Int64?
    var host = 0..<0
    var identifier = 0..<0
    var processID = 0..<0
    var messageID = 0..<0
    /// `[id name="value"][…]`, checked.
    var structuredData = 0..<0
    /// Where the message begins.
    var messageStart: Int

    /// RFC 5424 §6.2.4 allows 255 and RFC 1035 no longer names.
    static let maxHostBytes = 255
    /// RFC 5424 §6.2.5 allows an APP-NAME of 48; some programs write a path.
    static let maxTagBytes = 128

    /// RFC 5424 behind its PRI: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`.
    init?(rfc5424 line: Span<UInt8>, at start: Int, times: inout TimeReader, received: Timestamp) {
        guard line.has(UInt8(ascii: "1"), at: start), line.has(UInt8(ascii: " "), at: start + 1) else { return nil }
        self.messageStart = line.count
        var index = start + 2
        let time = Self.token(line, &index)
        if !line.equalsExactly("-", at: time) {
            guard let match = times.time(in: line, at: time.lowerBound, received: received),
                match.end == time.upperBound
            else { return nil }
            self.nanoseconds = match.nanoseconds
        }
        self.host = Self.part(line, &index)
        self.identifier = Self.part(line, &index)
        self.processID = Self.part(line, &index)
        let messageID = Self.token(line, &index)
        // What is longer than any name is no name: the line then stays whole.
        guard !messageID.isEmpty, self.host.count <= Self.maxHostBytes,
            max(self.identifier.count, self.processID.count, messageID.count) <= Self.maxTagBytes
        else { return nil }
        self.messageID = Self.withoutNil(line, messageID)
        if let end = StructuredData.end(line, at: index) {
            if line[index] == UInt8(ascii: "[") { self.structuredData = index..<end }
            index = line.has(UInt8(ascii: " "), at: end) ? end + 1 : end
        }
        self.messageStart = line.hasByteOrderMark(at: index) ? index + 3 : index
    }

    /// The rest of a header behind its time, as RFC 3164 and rsyslog's file format have it: ` HOST TAG[PID]: `.
    ///
    /// Programs that write to the local socket leave the host out. Without a tag it is no header.
    init?(afterTime line: Span<UInt8>, at start: Int) {
        guard line.has(UInt8(ascii: " "), at: start) else { return nil }
        self.messageStart = line.count
        let first = line.end(of: { $0 != 0x20 }, from: start + 1, limit: start + 2 + Self.maxHostBytes)
        if self.takeTag(line, start + 1..<first) { return }
        guard first > start + 1, line.has(UInt8(ascii: " "), at: first) else { return nil }
        guard line.end(of: Self.isHostByte, from: start + 1, limit: first) == first else { return nil }
        let second = line.end(of: { $0 != 0x20 }, from: first + 1, limit: first + 2 + Self.maxTagBytes)
        guard self.takeTag(line, first + 1..<second) else { return nil }
        // `… ERROR main: text` is a program's own header, not a host called ERROR.
        guard line.level(start + 1..<first) == nil else { return nil }
        self.host = start + 1..<first
    }

    /// The same behind a PRI and a time, which leave no doubt that it is a header: also with several spaces, an address
    /// instead of a tag, and a tag without its colon. What is none of these is all message.
    init(afterPriorityAndTime line: Span<UInt8>, at start: Int) {
        let blank = line.end(of: { $0 == 0x20 }, from: start)
        self.init(messageStart: blank > start ? start + 1 : start)
        guard blank > start else { return }
        if let header = SyslogHeader(afterTime: line, at: blank - 1) {
            self = header
            return
        }
        let end = line.end(of: { $0 != 0x20 }, from: blank, limit: blank + 1 + Self.maxHostBytes)
        let second = end + 1
        let secondEnd = line.end(of: { $0 != 0x20 }, from: second, limit: second + 1 + Self.maxTagBytes)
        if Self.isHost(line, blank..<end), second < secondEnd, self.takeProcess(line, second..<secondEnd) {
            self.host = blank..<end
            self.messageStart = min(secondEnd + 1, line.count)
        } else if Self.isAddress(line, blank..<end) {
            self.host = blank..<end
            self.messageStart = min(end + 1, line.count)
        }
    }

    /// ` HOST ` alone, behind a time, where the origin is known to write this host.
    init(afterTime line: Span<UInt8>, at start: Int, knownHostBytes: Int) {
        self.host = start + 1..<start + 1 + knownHostBytes
        self.messageStart = min(self.host.upperBound + 1, line.count)
    }

    var hasProcessID: Bool { !self.processID.isEmpty }

    /// `sshd[24200]:`, `kernel:`, `sshd(pam_unix)[19939]:`; true if `token` is one.
    private mutating func takeTag(_ line: Span<UInt8>, _ token: Range<Int>) -> Bool {
        guard token.count >= 2, token.count <= Self.maxTagBytes, line[token.upperBound - 1] == UInt8(ascii: ":"),
            line[token.lowerBound] != UInt8(ascii: "["), !line[token.lowerBound].isDigit
        else { return false }
        var name = token.lowerBound..<token.upperBound - 1
        var processID = 0..<0
        if line[name.upperBound - 1] == UInt8(ascii: "]"),
            let bracket = line.index(of: UInt8(ascii: "["), from: name.lowerBound), bracket < name.upperBound - 2
        {
            processID = bracket + 1..<name.upperBound - 1
            name = name.lowerBound..<bracket
        }
        // A colon within is a time, an address or a scope: `std::string:`, `10.0.0.1:80:`.
        if let colon = line.index(of: UInt8(ascii: ":"), from: name.lowerBound), colon < name.upperBound {
            return false
        }
        self.identifier = name
        self.processID = processID
        self.messageStart = line.has(UInt8(ascii: " "), at: token.upperBound) ? token.upperBound + 1 : token.upperBound
        return true
    }

    /// `cron[123]`, whatever stands behind it.
    mutating func takeProcess(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count >= 4, line[word.upperBound - 1] == UInt8(ascii: "]"), !line[word.lowerBound].isDigit,
            let bracket = line.index(of: UInt8(ascii: "["), from: word.lowerBound), bracket > word.lowerBound,
            bracket < word.upperBound - 2
        else { return false }
        self.identifier = word.lowerBound..<bracket
        self.processID = bracket + 1..<word.upperBound - 1
        return true
    }

    /// A name or an address.
    static func isHost(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        !range.isEmpty && range.count <= Self.maxHostBytes
            && line.end(of: Self.isHostByte, from: range.lowerBound, limit: range.upperBound) == range.upperBound
    }

    /// `192.0.2.7`, `2001:db8::7`, `fe80::1%eth0`: by its looks.
    static func isAddress(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let zone = line.end(of: { $0 != UInt8(ascii: "%") }, from: range.lowerBound, limit: range.upperBound)
        var dots = 0
        var colons = 0
        for index in range.lowerBound..<zone {
            let byte = line[index]
            if byte == UInt8(ascii: ".") {
                dots += 1
            } else if byte == UInt8(ascii: ":") {
                colons += 1
            } else if !byte.isDigit, !(UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20) {
                return false
            }
        }
        if colons >= 2 { return true }
        return dots == 3 && colons == 0 && line[range.lowerBound].isDigit && zone == range.upperBound
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        if byte.isAlphanumeric || byte >= 0x80 { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "%"): return true
        default: return false
        }
    }

    /// Up to the next space; steps over that one space.
    private static func token(_ line: Span<UInt8>, _ index: inout Int) -> Range<Int> {
        let start = index
        let end = line.end(of: { $0 != 0x20 }, from: start)
        index = min(end + 1, line.count)
        return start..<end
    }

    private static func part(_ line: Span<UInt8>, _ index: inout Int) -> Range<Int> {
        Self.withoutNil(line, Self.token(line, &index))
    }

    /// NILVALUE `-` means that there is none.
    private static func withoutNil(_ line: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        line.equalsExactly("-", at: range) ? range.lowerBound..<range.lowerBound : range
    }
}
