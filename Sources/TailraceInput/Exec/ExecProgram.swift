import CLinux
import Glibc

/// The file that is to be run: checked before each start, as it runs with the relay's rights.
enum ExecProgram {
    /// Throws if it can't be run, or if somebody else could have put something there.
    static func check(_ path: String, directory: String) throws(SystemRefusal) {
        let attempt = "cannot run \(path)"
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw SystemRefusal(attempt, errno: errno, hint: "`command -v PROGRAM` says where one is")
        }
        guard facts.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else {
            throw SystemRefusal(
                attempt, reason: "it is no file that the relay's user may execute", hint: "chmod a+x \(path)")
        }
        guard facts.st_mode & S_IWOTH == 0 else {
            throw SystemRefusal(attempt, reason: "everybody may change it", hint: "chmod o-w \(path)")
        }
        try Self.checkFolders(of: path, attempt)
        guard stat(directory, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, access(directory, X_OK) == 0 else {
            throw SystemRefusal(
                attempt, reason: "its directory \(directory) does not exist or can't be entered",
                hint: "make it or change directory")
        }
    }

    /// A folder that everybody may change is one where everybody may replace what is in it, unless it is sticky.
    private static func checkFolders(of path: String, _ attempt: String) throws(SystemRefusal) {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let name = folder.isEmpty ? "/" : String(folder)
            var facts = stat()
            guard stat(name, &facts) == 0 else { throw SystemRefusal(attempt, errno: errno) }
            if facts.st_mode & S_IWOTH != 0, facts.st_mode & S_ISVTX == 0 {
                throw SystemRefusal(
                    attempt, reason: "everybody may replace it, as its folder \(name) is open to all",
                    hint: "chmod o-w \(name)")
            }
        }
    }
}
