import TailraceEvent

/// The header that Cisco's systems and what copies them put before a message, behind a PRI or without one.
///
/// ```
/// [SEQUENCE:] [HOST:] [*|.]TIME [HOST] : %FACILITY-SEVERITY-MNEMONIC: text       IOS, NX-OS, ASA
/// [SEQUENCE:] NODE:TIME : PROCESS[ID]: %FACILITY-SUBFACILITY-SEVERITY-MNEMONIC : text   IOS XR
/// ```
/// It is one if the message's name is there, or a sequence and a time are.
struct DeviceHeader {
    var header = SyslogHeader(messageStart: 0)
    var sequence = 0..<0
    /// `RP/0/RP0/CPU0`: the card that speaks.
    var node = 0..<0
    /// The time as it stands there, if the device says that its clock was never set (`*`).
    var unsetTime = 0..<0
    /// A zone's abbreviation that is not known to mean one thing.
    var zone = 0..<0
    /// The clock was set once and has lost its reference since (`.`).
    var isUnsynchronized = false
    /// Of the message's name.
    var severity: Int?

    /// No device puts more before a message's name.
    private static let maxParts = 6
    private static let maxHeaderBytes = 256

    init?(_ line: Span<UInt8>, at start: Int, times: inout TimeReader, received: Timestamp) {
        var index = start
        self.takeSequence(line, &index)
        guard !self.sequence.isEmpty || line.index(of: UInt8(ascii: "%"), from: start) != nil else { return nil }
        var behindTime: (index: Int, header: SyslogHeader)?
        for _ in 0..<Self.maxParts {
            index = line.end(of: Self.isSeparator, from: index)
            guard index < min(line.count, start + Self.maxHeaderBytes) else { break }
            if line[index] == UInt8(ascii: "%"), self.takeName(line, &index) { break }
            if behindTime == nil, self.takeTime(line, &index, &times, received) {
                behindTime = (index, self.header)
            } else if !self.takeZone(line, &index, isBehindTime: behindTime?.index == index - 1),
                !self.takeWord(line, &index)
            {
                break
            }
        }
        if self.severity == nil {
            // Without a name the words behind the time may as well be the message.
            guard let behindTime, !self.sequence.isEmpty else { return nil }
            self.header = behindTime.header
            self.zone = 0..<0
            index = behindTime.index
            if line.has(UInt8(ascii: ":"), at: index) { index += 1 }
        }
        self.header.messageStart = line.has(0x20, at: index) ? index + 1 : index
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == UInt8(ascii: ":") }

    private mutating func takeSequence(_ line: Span<UInt8>, _ index: inout Int) {
        let digits = line.end(of: \.isBlank, from: index)
        let end = line.end(of: \.isDigit, from: digits, limit: digits + 12)
        guard end > digits, line.has(UInt8(ascii: ":"), at: end), line.has(0x20, at: end + 1) else { return }
        self.sequence = digits..<end
        index = end + 1
    }

    private mutating func takeTime(
        _ line: Span<UInt8>, _ index: inout Int, _ times: inout TimeReader, _ received: Timestamp
    ) -> Bool {
        let isUnset = line[index] == UInt8(ascii: "*")
        let isMarked = isUnset || line[index] == UInt8(ascii: ".")
        let first = isMarked ? index + 1 : index
        // NX-OS writes the year in front: `2026 Nov 22 07:35:12 UTC`.
        let hasYear = (1970...2261).contains(line.fourDigits(at: first)) && line.has(0x20, at: first + 4)
        let start = hasYear ? first + 5 : first
        guard let match = times.time(in: line, at: start, received: received) else { return false }
        if isUnset {
            self.unsetTime = first..<match.end
        } else {
            self.header.nanoseconds = match.nanoseconds
            self.isUnsynchronized = isMarked
        }
        index = match.end
        return true
    }

    /// ` AEST:`
    private mutating func takeZone(_ line: Span<UInt8>, _ index: inout Int, isBehindTime: Bool) -> Bool {
        let end = line.end(of: \.isUppercase, from: index, limit: index + 6)
        guard isBehindTime, (3...5).contains(end - index), line.has(UInt8(ascii: ":"), at: end) else { return false }
        self.zone = index..<end
        index = end
        return true
    }

    /// A host, a node, or a process with its id; false where the message must have begun.
    private mutating func takeWord(_ line: Span<UInt8>, _ index: inout Int) -> Bool {
        let limit = index + SyslogHeader.maxHostBytes
        let start = index
        // `RP/0/RP0/CPU0:Nov 22 …`: a node is up to its colon, with no space behind it.
        let slashEnd = line.end(of: { $0.isAlphanumeric || $0 == UInt8(ascii: "/") }, from: start, limit: limit)
        if line.has(UInt8(ascii: ":"), at: slashEnd), line.extracting(start..<slashEnd).index(of: 0x2f, from: 0) != nil,
            self.node.isEmpty
        {
            self.node = start..<slashEnd
            index = slashEnd + 1
            return true
        }
        let end = line.end(of: { $0 != 0x20 }, from: start, limit: limit)
        guard end > start, end < line.count else { return false }
        let word = start..<(line[end - 1] == UInt8(ascii: ":") ? end - 1 : end)
        if self.header.identifier.isEmpty, self.header.takeProcess(line, word) {
            index = end
            return true
        }
        guard self.header.host.isEmpty, SyslogHeader.isHost(line, word) else { return false }
        self.header.host = word
        index = end
        return true
    }

    /// `%SYS-5-CONFIG_I:`, `%PKT_INFRA-LINK-3-UPDOWN :`, `%ASA-6-302013:`
    private mutating func takeName(_ line: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index + 1
        let end = line.end(of: Self.isNameByte, from: start, limit: start + SyslogHeader.maxTagBytes)
        let colon = line.has(0x20, at: end) ? end + 1 : end
        guard line.has(UInt8(ascii: ":"), at: colon) else { return false }
        var dash = line.index(of: UInt8(ascii: "-"), from: start)
        while let place = dash, place + 2 < end {
            let digit = line[place + 1]
            if digit.isDigit, digit < UInt8(ascii: "8"), line[place + 2] == UInt8(ascii: "-"), place > start {
                self.severity = Int(digit - UInt8(ascii: "0"))
                self.header.messageID = start..<end
                index = colon + 1
                return true
            }
            dash = line.index(of: UInt8(ascii: "-"), from: place + 1)
        }
        return false
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isUppercase || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// What the header says beside what every syslog header does.
    func writeFields(_ line: Span<UInt8>, to fields: inout FieldWriter) {
        if !self.sequence.isEmpty {
            fields.key("sequence")
            fields.scalar(line, self.sequence)
        }
        fields.member("node", line, self.node)
        if self.isUnsynchronized || !self.unsetTime.isEmpty {
            fields.key("clock")
            fields.string(self.isUnsynchronized ? "unsynchronized" : "unset")
        }
        fields.member("device_time", line, self.unsetTime)
        fields.member("zone", line, self.zone)
    }
}
