internal import Glibc
package import TailraceEvent

/// What `--source` and `--level` put in front of every line: a syslog header (RFC 5424), which an input with
/// `format = "auto"` or `"syslog"` takes off again.
///
/// It becomes `fields.identifier`, `fields.pid`, the level and the time. The event's `source` stays the input's name:
/// no line can claim to come from another input.
package struct SendHeader: Sendable {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    /// APP-NAME of RFC 5424 §6.2.5.
    private static let maxNameBytes = 48
    /// Facility "user".
    private static let facility = 1

    private let name: String
    private let level: Level

    /// Nil if there is nothing to say beyond the line.
    package init?(source: String?, level: Level?) throws(Problem) {
        guard source != nil || level != nil else { return nil }
        if let source {
            let isName = source.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            guard isName, (1...Self.maxNameBytes).contains(source.utf8.count) else {
                throw Problem(
                    description: "--source is \"\(source)\"; expected 1 to \(Self.maxNameBytes) letters, digits or "
                        + "signs without spaces, such as backup")
            }
        }
        self.name = source ?? "-"
        self.level = level ?? .info
    }

    package func append(at time: Timestamp, to bytes: inout [UInt8]) {
        // RFC 5424 §6.2.3.1 allows six digits of a second.
        let micro = Timestamp(nanoseconds: time.nanoseconds / 1000 * 1000)
        bytes.append(
            contentsOf: "<\(Self.facility * 8 + Self.severity(self.level))>1 \(micro.rfc3339) - ".utf8)
        bytes.append(contentsOf: "\(self.name) \(getpid()) - - ".utf8)
    }

    private static func severity(_ level: Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warn: 4
        case .error: 3
        case .critical: 2
        case .alert: 1
        case .emergency: 0
        }
    }
}
