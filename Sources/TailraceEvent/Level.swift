/// Severity of an event, ordered from `trace` to `emergency`.
///
/// The raw value is what records hold; 0 stands for "no level known" and has no case.
package enum Level: UInt8, Sendable, CaseIterable, Comparable {
    case trace = 1
    case debug, info, notice, warn, error, critical, alert, emergency

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// The name on the wire and in the filter language.
    package var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warn: "warn"
        case .error: "error"
        case .critical: "critical"
        case .alert: "alert"
        case .emergency: "emergency"
        }
    }

    /// Reads a level's name or one of its aliases (`warning err crit fatal emerg panic …`), ignoring ASCII case.
    package init?(name: some Sequence<UInt8>) {
        var key: UInt64 = 0
        var count = 0
        for byte in name {
            guard count < Self.longestName else { return nil }
            if count < 8 { key = key << 8 | UInt64(byte | 0x20) }
            count += 1
        }
        guard let level = Self.byKey[Key(letters: key, count: count)] else { return nil }
        self = level
    }

    package init?(name: String) { self.init(name: name.utf8) }

    /// Syslog severity 0 (emergency) … 7 (debug), RFC 5424 §6.2.1.
    package init?(syslogSeverity: Int) {
        guard (0...7).contains(syslogSeverity) else { return nil }
        self = [.emergency, .alert, .critical, .error, .warn, .notice, .info, .debug][syslogSeverity]
    }

    /// `information`; only it and `emergency` are longer than the eight letters that are compared.
    private static let longestName = 11

    /// Names are compared as up to eight lower-case bytes in one word, so that the hot path makes no `String`.
    private struct Key: Hashable {
        let letters: UInt64
        let count: Int
    }

    private static let byKey: [Key: Level] = {
        let names: [(String, Level)] = [
            ("trace", .trace), ("trc", .trace), ("verbose", .trace), ("finest", .trace), ("finer", .trace),
            ("debug", .debug), ("dbg", .debug), ("fine", .debug),
            ("info", .info), ("inf", .info), ("information", .info), ("config", .info), ("log", .info),
            ("notice", .notice), ("note", .notice),
            ("warn", .warn), ("warning", .warn), ("wrn", .warn),
            ("error", .error), ("err", .error), ("severe", .error), ("failure", .error),
            ("critical", .critical), ("crit", .critical), ("fatal", .critical), ("ftl", .critical),
            ("alert", .alert),
            ("emergency", .emergency), ("emerg", .emergency), ("panic", .emergency),
        ]
        var table: [Key: Level] = [:]
        for (name, level) in names {
            let letters = name.utf8.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            table[Key(letters: letters, count: name.utf8.count)] = level
        }
        return table
    }()
}
