import CLinux
import Glibc

/// The process between the relay and a command: the relay's own binary, started as `tailrace exec-keeper …`.
///
/// All that the command starts is a descendant of the keeper and stays one (`PR_SET_CHILD_SUBREAPER`), whatever
/// sessions or process groups it makes. So the keeper can end all of it: when the relay says so, and when the relay is
/// gone, however it went. What the relay reads, the command writes itself: no output passes through here.
///
/// ```
/// relay ──control socket──▶ keeper: the relay's end is closed = end the command
///       ◀──reports────────  "started 4711", "exit 3", "signal 9", "failed 2", "killed 2", a line each
///       ◀══stdout, stderr══ command
/// ```
package enum ExecKeeper {
    /// The first argument that says so; the executable looks for it before it reads its command line.
    package static let command = "exec-keeper"

    /// Runs a command and keeps what comes of it.
    ///
    /// - Parameter arguments: the words after `exec-keeper`: milliseconds of grace, the directory, the command.
    /// - Returns: the exit status, 2 for arguments that make no sense.
    package static func main(arguments: [String]) -> Int32 {
        guard arguments.count >= 3, let grace = Int32(arguments[0]), grace >= 0,
            ExecReport.isControl(STDIN_FILENO), tailrace_become_subreaper() == 0
        else {
            let text = "tailrace \(Self.command) is for the relay's own use\n"
            _ = write(STDERR_FILENO, text, text.utf8.count)
            return 2
        }
        // A service manager that stops the relay tells all its processes. When to end what is kept, the relay says.
        for number in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        Self.nameProcess()
        let children = Self.watchChildren()
        let child = ChildProcess(
            executable: arguments[2], arguments: Array(arguments[2...]), environment: Self.environment(),
            directory: arguments[1], standard: [nil, STDOUT_FILENO, STDERR_FILENO])
        let start = child.start()
        // The command's output ends when the command's own descriptors are closed, so there must be none here.
        Self.closeOutputs()
        switch start {
        case .failure(let refusal):
            ExecReport.failed(refusal.code).send()
        case .success(let pid):
            ExecReport.started(pid).send()
            var family = ExecFamily(main: pid, children: children)
            family.keep()
            family.end(graceMilliseconds: grace)
        }
        return 0
    }

    /// A descriptor (`signalfd(2)`) that is readable when children have ended.
    private static func watchChildren() -> Int32 {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGCHLD)
        sigprocmask(SIG_BLOCK, &signals, nil)
        return signalfd(-1, &signals, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    }

    /// What the relay gave, without what is meant for this process.
    private static func environment() -> [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if !text.hasPrefix("SWIFT_BACKTRACE=") { entries.append(text) }
            next += 1
        }
        return entries
    }

    private static func closeOutputs() {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        dup2(null, STDOUT_FILENO)
        dup2(null, STDERR_FILENO)
        close(null)
    }

    /// `/proc/self/exe` would otherwise show as `exe` in process lists.
    private static func nameProcess() {
        let number = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return }
        let file = OwnedDescriptor(number)
        _ = write(file.number, "tailrace-keeper", 15)
    }
}

/// What a keeper tells the relay.
enum ExecReport: Hashable {
    case started(pid_t)
    case ended(ExecEnd)
    case failed(Int32)
    /// So many processes had to be ended the hard way.
    case killed(Int32)

    var line: String {
        switch self {
        case .started(let pid): "started \(pid)\n"
        case .ended(.exit(let status)): "exit \(status)\n"
        case .ended(.signal(let number)): "signal \(number)\n"
        case .ended: "exit 255\n"
        case .failed(let code): "failed \(code)\n"
        case .killed(let count): "killed \(count)\n"
        }
    }

    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count == 2, let number = Int32(words[1]) else { return nil }
        switch words[0] {
        case "started": self = .started(number)
        case "exit": self = .ended(.exit(number))
        case "signal": self = .ended(.signal(number))
        case "failed": self = .failed(number)
        case "killed": self = .killed(number)
        default: return nil
        }
    }

    /// To the relay; one that is gone needs no report.
    func send() {
        let text = self.line
        _ = write(STDIN_FILENO, text, text.utf8.count)
    }

    static func isControl(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK
    }
}
