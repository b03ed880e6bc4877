import Glibc

/// Tells whether this process may read the journal, because libsystemd leaves out what it can't open without a word.
enum JournalAccess {
    /// What is not readable and what to do about it; nil if all is well.
    static func problem(directory: String?, namespace: String?) -> String? {
        let (folders, depth) = Self.places(directory: directory, namespace: namespace)
        for folder in folders {
            guard let unreadable = Self.firstUnreadable(in: folder, depth: depth) else { continue }
            return Self.explanation(unreadable)
        }
        return nil
    }

    /// The folders that exist only once journald has begun to write there.
    static let roots = ["/var/log/journal", "/run/log/journal"]

    /// Which of the roots exist: a new one is not noticed by an open journal.
    static func presentRoots() -> [Bool] { Self.roots.map { access($0, F_OK) == 0 } }

    /// Where the journal's files are, and how many levels of folders lie below.
    static func places(directory: String?, namespace: String?) -> (folders: [String], depth: Int) {
        directory.map { ([$0], 1) } ?? (Self.folders(namespace: namespace), 0)
    }

    private static func folders(namespace: String?) -> [String] {
        guard let machine = KernelFile.text("/etc/machine-id") else { return [] }
        let id = String(decoding: machine, as: UTF8.self)
        return Self.roots.flatMap { root -> [String] in
            guard let namespace else { return ["\(root)/\(id)"] }
            if namespace == "*" {
                let names = JournalLeftOut.names(in: root).filter { $0 == id || $0.hasPrefix("\(id).") }
                return names.map { "\(root)/\($0)" }
            }
            guard namespace.hasPrefix("+") else { return ["\(root)/\(id).\(namespace)"] }
            return ["\(root)/\(id)", "\(root)/\(id).\(namespace.dropFirst())"]
        }
    }

    private static func firstUnreadable(in folder: String, depth: Int) -> String? {
        guard let stream = opendir(folder) else { return errno == EACCES ? folder : nil }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let path = "\(folder)/\(name)"
            if Self.isJournal(name) {
                if access(path, R_OK) != 0, errno == EACCES { return path }
            } else if depth > 0, !name.hasPrefix("."), entry.pointee.d_type == UInt8(DT_DIR) {
                if let unreadable = Self.firstUnreadable(in: path, depth: depth - 1) { return unreadable }
            }
        }
        return nil
    }

    /// Files of single users are not meant for everyone; the system's are what a relay is expected to see.
    private static func isJournal(_ name: String) -> Bool {
        (name.hasSuffix(".journal") || name.hasSuffix(".journal~")) && !name.hasPrefix("user-")
    }

    private static func explanation(_ path: String) -> String {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
        return "\(path) is not readable for \(user), so only a part of the journal is visible; add the user to the "
            + "group systemd-journal (or adm): usermod -aG systemd-journal \(user), then restart the relay"
    }
}
