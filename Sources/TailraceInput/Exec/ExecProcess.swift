import CLinux
import Glibc

/// A running command as the relay sees it: its keeper, the socket to that, and the ends of its two pipes.
struct ExecProcess: ~Copyable {
    let keeper: pid_t
    let control: OwnedDescriptor
    let output: OwnedDescriptor
    let errors: OwnedDescriptor

    /// - Parameter executable: a binary that calls `ExecKeeper.main` when its first argument says so.
    static func start(_ options: ExecOptions, executable: String) throws(SystemRefusal) -> ExecProcess {
        let attempt = "cannot start \(options.command[0])"
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemRefusal(attempt, errno: errno)
        }
        let control = OwnedDescriptor(ends[0])
        let keeperControl = OwnedDescriptor(ends[1])
        var pipes: [Int32] = [-1, -1]
        guard pipe2(&pipes, O_CLOEXEC) == 0 else { throw SystemRefusal(attempt, errno: errno) }
        let output = OwnedDescriptor(pipes[0])
        let outputEnd = OwnedDescriptor(pipes[1])
        guard pipe2(&pipes, O_CLOEXEC) == 0 else { throw SystemRefusal(attempt, errno: errno) }
        let errors = OwnedDescriptor(pipes[0])
        let errorsEnd = OwnedDescriptor(pipes[1])
        for number in [control.number, output.number, errors.number] {
            _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        }

        let grace = Int(options.stopGrace / .milliseconds(1))
        let child = ChildProcess(
            executable: executable,
            arguments: ["tailrace", ExecKeeper.command, String(grace), options.directory] + options.command,
            environment: Self.environment(options) + ["SWIFT_BACKTRACE=enable=no"], directory: nil,
            standard: [keeperControl.number, outputEnd.number, errorsEnd.number])
        switch child.start() {
        case .success(let pid):
            return ExecProcess(keeper: pid, control: control, output: output, errors: errors)
        case .failure(let refusal):
            throw SystemRefusal(attempt, errno: refusal.code)
        }
    }

    private init(
        keeper: pid_t, control: consuming OwnedDescriptor, output: consuming OwnedDescriptor,
        errors: consuming OwnedDescriptor
    ) {
        self.keeper = keeper
        self.control = control
        self.output = output
        self.errors = errors
    }

    /// A few variables that most programs want, and what the configuration says; nothing else of the relay's own, as
    /// that may hold secrets.
    private static func environment(_ options: ExecOptions) -> [String] {
        var values = ["PATH": Self.path]
        for name in ["HOME", "USER", "LOGNAME", "LANG", "TZ"] {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        values.merge(options.environment) { _, own in own }
        return values.map { "\($0.key)=\($0.value)" }.sorted()
    }

    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Takes leave of the keeper, which has closed its end of the socket or is about to. `main`: the command, should
    /// the keeper have gone before it.
    consuming func leave(main: pid_t?) {
        if let main { kill(-main, SIGKILL) }
        var status: Int32 = 0
        while waitpid(self.keeper, &status, 0) < 0, errno == EINTR {}
    }
}
