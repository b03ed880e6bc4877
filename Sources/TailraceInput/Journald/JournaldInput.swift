import Glibc
import Logging
import TailraceCodec
import TailraceEvent
package import TailraceOptions

/// The systemd journal, read by child processes of this relay's own binary: one, or one for each directory.
///
/// Resumes exactly: every batch goes into the log together with the place that ends it. A reader that dies or hangs is
/// replaced, within a second at first. What the journal lost before it was read (vacuumed, damaged, refused by
/// journald's rate limit) becomes gap events. The relay's own output is left out.
package struct JournaldInput: Input {
    package static let kind = "journald"
    package static let options = JournaldOptions.specs
    /// The journal has fields already, so there is nothing to decode; but services write lines to it.
    package static let codecOptions = [Multiline.spec]
    /// Of the checkpoint: `cursor:` and a place, or before the first entry `since:` and microseconds since 1970. Behind
    /// a colon stands the directory, if it has one.
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
        do {
            try JournalRelay(context: self.context, strands: self.strands()).run(into: sink)
        } catch is SinkClosed {
            return
        }
    }

    package func warnings() -> [String] {
        self.directories.flatMap { directory -> [String] in
            if let problem = JournalAccess.problem(directory: directory, namespace: self.settings.namespace) {
                return [problem]
            }
            guard let directory, access(directory, F_OK) != 0 else { return [] }
            return ["there is no journal folder \(directory); it is read as soon as it exists"]
        }
    }

    private var directories: [String?] { self.settings.directories.isEmpty ? [nil] : self.settings.directories }

    private func strands() -> [JournalStrand] {
        let common = self.arguments()
        let machine = KernelFile.text("/etc/machine-id")
        return self.directories.enumerated().map { index, directory in
            var arguments = common
            arguments.directory = directory
            let key = Self.checkpointKey + (directory.map { ":\($0)" } ?? "")
            let saved = self.saved(key, isFirst: index == 0)
            self.setPlace(&arguments, saved)
            return JournalStrand(
                context: self.context, arguments: arguments, executable: self.executable, key: key,
                isNew: saved == nil, multiline: self.settings.multiline, machine: machine)
        }
    }

    /// A place that was saved without a directory is that of the first one.
    private func saved(_ key: String, isFirst: Bool) -> String? {
        let checkpoints = self.context.checkpoints
        let hasOwn = checkpoints.keys.contains { $0.hasPrefix("\(Self.checkpointKey):") }
        let value = checkpoints[key] ?? (isFirst && !hasOwn ? checkpoints[Self.checkpointKey] : nil)
        return value.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What every reader of this input is told, but for its directory and place.
    private func arguments() -> JournalReaderArguments {
        var arguments = JournalReaderArguments()
        arguments.namespace = self.settings.namespace
        arguments.units = self.settings.units
        arguments.matches = self.settings.matches
        arguments.priority = self.settings.priority
        arguments.tellsPlaces = self.settings.multiline != nil
        let boot = KernelFile.text("/proc/sys/kernel/random/boot_id").flatMap {
            JournalID(String(decoding: $0, as: UTF8.self))
        }
        switch self.settings.boot {
        case .all: break
        case .current: arguments.boot = boot.map { JournalBootChoice(boot: $0, offset: 0) }
        case .choice(let choice): arguments.boot = choice
        }
        arguments.skipPID = getpid()
        arguments.skipBoot = boot?.description
        let units = OwnUnit.names()
        arguments.skipUnit = units.system
        arguments.skipUserUnit = units.user
        return arguments
    }

    private func setPlace(_ arguments: inout JournalReaderArguments, _ saved: String?) {
        let saved = saved ?? ""
        if saved.hasPrefix("cursor:"), let place = JournalPlace(saved.dropFirst(7)) {
            arguments.cursor = place.text
        } else if saved.hasPrefix("since:"), let since = UInt64(saved.dropFirst(6)) {
            arguments.since = since
        } else if let since = self.settings.since {
            let now = Double(Timestamp.now().nanoseconds / 1000)
            arguments.since = UInt64(max(0, now - since / .microseconds(1)))
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
