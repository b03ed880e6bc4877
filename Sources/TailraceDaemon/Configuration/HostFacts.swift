import Glibc

/// What the embedded default needs to know of this host and user.
package struct HostFacts: Sendable {
    package var isRoot: Bool
    /// The user's home; nil if there is none.
    package var home: String?
    /// `XDG_STATE_HOME`, if set to an absolute path.
    package var stateHome: String?
    /// `XDG_RUNTIME_DIR`, if set to an absolute path.
    package var runtimeFolder: String?
    package var logFolder = "/var/log"
    /// Where journald keeps its files: on disk, and in memory.
    package var journalFolders = ["/var/log/journal", "/run/log/journal"]
    package var rootStateFolder = "/var/lib/tailrace"
    package var rootRuntimeFolder = "/run/tailrace"

    package init(isRoot: Bool, home: String?, stateHome: String? = nil, runtimeFolder: String? = nil) {
        self.isRoot = isRoot
        self.home = home
        self.stateHome = stateHome
        self.runtimeFolder = runtimeFolder
    }

    package static func current(environment: [String: String]) -> HostFacts {
        func absolute(_ name: String) -> String? {
            // The specification says to ignore relative paths.
            environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        return HostFacts(
            isRoot: geteuid() == 0, home: absolute("HOME") ?? Self.homeFromAccounts(),
            stateHome: absolute("XDG_STATE_HOME"), runtimeFolder: absolute("XDG_RUNTIME_DIR"))
    }

    /// The relay's own folder for what lasts.
    var stateFolder: String? {
        if let stateHome { return stateHome + "/tailrace" }
        return self.isRoot ? self.rootStateFolder : self.home.map { $0 + "/.local/state/tailrace" }
    }

    /// The relay's own folder for sockets.
    var socketFolder: String? {
        if let runtimeFolder, FileAccess.isFolder(runtimeFolder) { return runtimeFolder + "/tailrace" }
        return self.isRoot ? self.rootRuntimeFolder : self.stateFolder
    }

    private static func homeFromAccounts() -> String? {
        guard let entry = getpwuid(geteuid()), let home = entry.pointee.pw_dir else { return nil }
        let path = String(cString: home)
        return path.hasPrefix("/") ? path : nil
    }
}

/// What this user may do with a path, asked of the kernel with the effective user.
enum FileAccess {
    static func isReadable(_ path: String) -> Bool {
        faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0
    }

    /// Every user can read it, whatever becomes of the folders above.
    static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o004 != 0
    }

    static func isFolder(_ path: String) -> Bool {
        self.kind(of: path) == S_IFDIR
    }

    static func isRegularFile(_ path: String) -> Bool {
        self.kind(of: path) == S_IFREG
    }

    /// Nil if files can be made in the folder, or the folder itself and its parents; else why not.
    static func whyNotWritable(_ folder: String) -> String? {
        var path = folder
        while true {
            if faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0 {
                return self.isFolder(path) ? nil : "\(path) is not a folder"
            }
            let reason = errno
            guard reason == ENOENT, let slash = path.lastIndex(of: "/"), path != "/" else {
                return "\(path): \(String(cString: strerror(reason)).lowercased())"
            }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }

    /// Paths that match a pattern, sorted; unreadable folders match nothing.
    static func matches(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
