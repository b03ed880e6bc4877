import CLinux
import Glibc

/// What a program is started with. It begins with the usual signals, in a session of its own, with no descriptors
/// beyond the standard ones and no variables but those given.
struct ChildProcess {
    var executable: String
    /// The first is what the program is called.
    var arguments: [String]
    /// `NAME=value`
    var environment: [String]
    var directory: String?
    /// What becomes its standard input, output and error output; nil for /dev/null.
    var standard: [Int32?]

    /// Starts it.
    /// - Returns: its number, or the error number.
    func start() -> Result<pid_t, Refusal> {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, source) in self.standard.enumerated() {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(number))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        Self.setUsual(&attributes)
        let words = Self.cStrings(self.arguments)
        let variables = Self.cStrings(self.environment)
        defer { for string in words + variables { free(string) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, self.executable, &actions, &attributes, words, variables)
        return code == 0 ? .success(pid) : .failure(Refusal(code: code))
    }

    struct Refusal: Error { var code: Int32 }

    /// `POSIX_SPAWN_SETSID`, which the C library hides from strict programs.
    private static let setSession: Int32 = 0x80

    private static func setUsual(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Self.setSession))
    }

    /// Copies for a C array of strings, with the nil at its end.
    private static func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
        strings.map { strdup($0) } + [nil]
    }
}
