import TailraceEvent

/// The number in `<…>` at the start of a syslog line: facility * 8 + severity (RFC 5424 §6.2.1).
struct SyslogPriority: Equatable {
    var value: Int
    /// Behind the `>`.
    var end: Int

    init?(_ line: Span<UInt8>) {
        guard line.has(UInt8(ascii: "<"), at: 0) else { return nil }
        let end = line.end(of: \.isDigit, from: 1, limit: 4)
        guard end > 1, line.has(UInt8(ascii: ">"), at: end), end == 2 || line[1] != UInt8(ascii: "0") else {
            return nil
        }
        var value = 0
        for index in 1..<end { value = value * 10 + Int(line[index] - UInt8(ascii: "0")) }
        guard value <= 191 else { return nil }
        self.value = value
        self.end = end + 1
    }

    var level: Level? { Level(syslogSeverity: self.value & 7) }

    var facility: StaticString { Self.facilities[self.value >> 3] }

    /// RFC 5424 table 1, with the names that syslog.conf gives them.
    private static let facilities: [StaticString] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "audit", "console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]
}
