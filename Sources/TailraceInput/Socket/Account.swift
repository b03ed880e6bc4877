import Glibc

/// Users and groups by name or number.
enum Account {
    static func user(_ name: String?, path: String) throws(SystemRefusal) -> uid_t? {
        guard let name else { return nil }
        if let number = uid_t(name) { return number }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: Self.entryBytes)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw Self.unknown("user", name, path: path)
        }
        return entry.pw_uid
    }

    static func group(_ name: String?, path: String) throws(SystemRefusal) -> gid_t? {
        guard let name else { return nil }
        if let number = gid_t(name) { return number }
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: Self.entryBytes)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw Self.unknown("group", name, path: path)
        }
        return entry.gr_gid
    }

    /// Room for one line of /etc/passwd or /etc/group; groups list their members there.
    private static let entryBytes = 65_536

    private static func unknown(_ kind: String, _ name: String, path: String) -> SystemRefusal {
        SystemRefusal(
            "cannot listen on \(path)", reason: "there is no \(kind) \"\(name)\" on this machine",
            hint: "make it or write its number")
    }
}
