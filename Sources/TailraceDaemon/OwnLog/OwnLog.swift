internal import Glibc
internal import Logging
internal import Synchronization

/// Where the relay's messages about itself go.
package enum OwnLog {
    /// How they are written; `auto` is the journal where systemd connected stderr to it, else text.
    package enum Form: String, Sendable, CaseIterable { case auto, journal, json, text }

    /// The least level that is written, as levels are spelled everywhere else in the relay.
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warn, error, critical

        var logging: Logger.Level { self == .warn ? .warning : Logger.Level(rawValue: self.rawValue) ?? .info }
    }

    private static let journalPlace = "/run/systemd/journal/socket"

    /// Once per process, before anything logs.
    package static func begin(_ form: Form, level: Level) {
        let output = Self.output(form)
        LoggingSystem.bootstrap { _ in OwnLogHandler(output: output, logLevel: level.logging) }
    }

    private static func output(_ form: Form) -> OwnLogOutput {
        switch form {
        case .text: .text
        case .json: .json
        case .journal: Self.journal
        case .auto: Self.isStderrJournal ? Self.journal : .text
        }
    }

    private static var journal: OwnLogOutput {
        DatagramSocket(Self.journalPlace).map { .journal(OwnLogJournal(socket: $0)) } ?? .text
    }

    /// Whether what is written to stderr goes to the journal, where a line may begin with its priority, sd-daemon(3).
    package static let isStderrJournal = Self.isJournal(
        STDERR_FILENO, stream: getenv("JOURNAL_STREAM").map { String(cString: $0) })

    /// `JOURNAL_STREAM` is inherited by whatever is started with another stderr, so it is compared with what is there.
    package static func isJournal(_ descriptor: Int32, stream: String?) -> Bool {
        guard let numbers = stream?.split(separator: ":", omittingEmptySubsequences: false), numbers.count == 2,
            let device = UInt64(numbers[0]), let inode = UInt64(numbers[1])
        else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }
}

/// A place for records.
enum OwnLogOutput: Sendable {
    case text
    case json
    case journal(OwnLogJournal)

    func write(_ record: OwnLogRecord) {
        switch self {
        case .text: Self.standardError(record.text)
        case .json: Self.standardError(record.json)
        case .journal(let journal): journal.write(record)
        }
    }

    /// In one piece, so that lines of several threads do not mix.
    static func standardError(_ line: [UInt8]) {
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
}

/// The journal's socket. What it does not take at once is counted and told with the next record that it takes: event
/// loops never wait for it.
final class OwnLogJournal: Sendable {
    private let socket: DatagramSocket
    private let untold = Atomic<Int>(0)

    init(socket: DatagramSocket) { self.socket = socket }

    func write(_ record: OwnLogRecord) {
        var record = record
        let untold = self.untold.exchange(0, ordering: .relaxed)
        if untold > 0 { record.fields.append(("untold_before", "\(untold)")) }
        if !self.socket.send(record.journal) { self.untold.add(untold + 1, ordering: .relaxed) }
    }
}
