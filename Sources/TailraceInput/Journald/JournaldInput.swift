import Glibc
import Logging
import TailraceEvent
package import TailraceOptions

/// The systemd journal, read by a child process of this relay's own binary.
///
/// Resumes exactly: every batch goes into the log together with the cursor that ends it. A reader that dies or hangs is
/// replaced, within a second at first. What the journal lost before it was read (vacuumed, damaged, refused by
/// journald's rate limit) becomes gap events. The relay's own output is left out.
package struct JournaldInput: Input {
    package static let kind = "journald"
    package static let options = JournaldOptions.specs
    /// The journal has fields already; there is nothing to decode.
    package static let codecOptions: [OptionSpec] = []
    /// The one checkpoint: `cursor:` and a cursor, or before the first entry `since:` and microseconds since 1970.
    package static let checkpointKey = "journal"

    private let settings: JournaldOptions
    private let context: InputContext
    private let executable: String

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        try self.init(options: options, context: context, executable: "/proc/self/exe")
    }

    /// - Parameter executable: a binary that calls `JournalReader.main` when its first argument says so.
    package init(options: OptionTable, context: InputContext, executable: String) throws(OptionProblem) {
        self.settings = try JournaldOptions(options)
        self.context = context
        self.executable = executable
    }

    package func run(into sink: any EventSink) throws {
        var relay = JournalRelay(context: self.context, arguments: self.arguments())
        do {
            try relay.saveStart(into: sink)
            try relay.run(executable: self.executable, into: sink)
        } catch is SinkClosed {
            return
        }
    }

    package func warnings() -> [String] {
        let problem = JournalAccess.problem(
            directory: self.settings.directory, namespace: self.settings.namespace)
        if let problem { return [problem] }
        guard let directory = self.settings.directory, access(directory, F_OK) != 0 else { return [] }
        return ["there is no journal folder \(directory); it is read as soon as it exists"]
    }

    /// What every reader of this input is told, but for its place.
    private func arguments() -> JournalReaderArguments {
        var arguments = JournalReaderArguments()
        arguments.directory = self.settings.directory
        arguments.namespace = self.settings.namespace
        arguments.units = self.settings.units
        arguments.matches = self.settings.matches
        arguments.priority = self.settings.priority
        let boot = KernelFile.text("/proc/sys/kernel/random/boot_id").map {
            String(decoding: $0.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
        }
        if self.settings.onlyCurrentBoot { arguments.boot = boot }
        arguments.skipPID = getpid()
        arguments.skipBoot = boot
        let units = OwnUnit.names()
        arguments.skipUnit = units.system
        arguments.skipUserUnit = units.user
        self.setPlace(&arguments)
        return arguments
    }

    private func setPlace(_ arguments: inout JournalReaderArguments) {
        let saved = self.context.checkpoints[Self.checkpointKey].map { String(decoding: $0, as: UTF8.self) } ?? ""
        if saved.hasPrefix("cursor:"), let cursor = JournalCursor(String(saved.dropFirst(7))) {
            arguments.cursor = cursor.text
        } else if saved.hasPrefix("since:"), let since = UInt64(saved.dropFirst(6)) {
            arguments.since = since
        } else {
            let back = self.settings.since / .microseconds(1)
            let now = Double(Timestamp.now().nanoseconds / 1000)
            arguments.since = UInt64(max(0, now - back))
        }
    }
}

/// The unit that this process is, so that a relay does not read its own output.
enum OwnUnit {
    /// Nil where the relay was not started by systemd: a login session is no unit of its own.
    static func names() -> (system: String?, user: String?) {
        guard let main = getenv("SYSTEMD_EXEC_PID"), String(cString: main) == String(getpid()),
            let groups = KernelFile.text("/proc/self/cgroup")
        else { return (nil, nil) }
        // "0::/system.slice/tailrace.service", or below "/user.slice/…/user@1000.service/" for a user's own manager.
        let units =
            String(decoding: groups, as: UTF8.self).split(separator: "\n").last?
            .split(separator: "/").filter { $0.hasSuffix(".service") } ?? []
        guard let last = units.last.map({ String($0) }) else { return (nil, nil) }
        return units.count > 1 && units[0].hasPrefix("user@") ? (nil, last) : (last, nil)
    }
}
