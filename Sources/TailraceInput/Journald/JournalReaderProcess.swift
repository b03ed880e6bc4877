import CLinux
import Glibc

/// A running journal reader: the child process and the relay's end of the socket to it.
///
/// The reader ends by itself when this end is closed, so it never outlives the relay, however the relay ends.
struct JournalReaderProcess: ~Copyable {
    let pid: pid_t
    let socket: OwnedDescriptor

    /// How a reader ended.
    enum End: Sendable, Hashable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)
        case unknown

        /// Whether the reader itself failed, as damaged files make it (SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV), and
        /// was not ended by somebody.
        var isCrash: Bool {
            guard case .signal(let number) = self else { return false }
            return [SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV].contains(number)
        }

        var description: String {
            switch self {
            case .exit(let status): "it ended with status \(status)"
            case .signal(let number):
                "signal \(number) ended it (\(strsignal(number).map { String(cString: $0) } ?? "?"))"
            case .unknown: "it ended"
            }
        }
    }

    /// Starts the reader in a process group of its own, so that Ctrl-C in a terminal reaches the relay alone.
    ///
    /// - Parameter executable: this program's own binary.
    static func spawn(executable: String, words: [String]) throws(SystemRefusal) -> JournalReaderProcess {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemRefusal("cannot start the journal reader", errno: errno)
        }
        let ours = OwnedDescriptor(ends[0])
        let theirs = OwnedDescriptor(ends[1])

        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, theirs.number, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, theirs.number, STDOUT_FILENO)
        Self.resetSignals(&attributes)

        let arguments = Self.cStrings(["tailrace"] + words)
        let environment = Self.cStrings(Self.environment())
        defer { for string in arguments + environment { free(string) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
        guard code == 0 else {
            throw SystemRefusal("cannot start the journal reader \(executable)", errno: code)
        }
        return JournalReaderProcess(pid: pid, socket: ours)
    }

    /// A server blocks and ignores signals; the reader starts with the usual ones.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    }

    /// The relay's own, but a reader that crashes must go at once: printing a backtrace takes seconds.
    private static func environment() -> [String] {
        var environment = ProcessEnvironment.entries().filter { !$0.hasPrefix("SWIFT_BACKTRACE=") }
        environment.append("SWIFT_BACKTRACE=enable=no")
        return environment
    }

    /// Copies for a C array of strings, with the nil at its end.
    private static func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
        strings.map { strdup($0) } + [nil]
    }

    private init(pid: pid_t, socket: consuming OwnedDescriptor) {
        self.pid = pid
        self.socket = socket
    }

    /// Ends the process if it runs still, and takes leave of it.
    consuming func end() -> End {
        kill(self.pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(self.pid, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown }
        }
        // wait(2): the low seven bits are the signal, the next byte the exit status.
        return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
    }
}

private enum ProcessEnvironment {
    /// `NAME=value`, as this process has them.
    static func entries() -> [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        return entries
    }
}
