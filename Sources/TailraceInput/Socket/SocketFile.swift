import CLinux
import Glibc

/// A bound socket and the file that names it.
///
/// The file is identified by device and inode, so that nobody else's file at the same path is ever touched.
struct SocketFile: ~Copyable {
    let path: String
    let descriptor: OwnedDescriptor
    private let device: dev_t
    private let inode: ino_t

    /// Makes the socket. A dead socket in its place is replaced; anything else there is an error and stays.
    static func make(_ place: UnixPlace) throws(SystemRefusal) -> SocketFile {
        let owner = try Account.user(place.owner, path: place.path)
        let group = try Account.group(place.group, path: place.path)
        try Self.ensureFolder(of: place.path)
        try Self.removeDeadSocket(at: place, owner: owner)
        let file = try Self.bind(place)
        try file.setAccess(permissions: place.permissions, owner: owner, group: group)
        if place.carriage != .datagram, listen(file.descriptor.number, SocketListener.backlog) != 0 {
            throw Self.refusal(place.path, errno: errno)
        }
        return file
    }

    private static func bind(_ place: UnixPlace) throws(SystemRefusal) -> SocketFile {
        let number = socket(
            AF_UNIX, place.carriage.socketType | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { throw Self.refusal(place.path, errno: errno) }
        let descriptor = OwnedDescriptor(number)
        // The file is born with the mode of the socket's own inode less the umask: never wider than asked for.
        guard fchmod(number, place.permissions) == 0, UnixAddress.bind(number, to: place.path) == 0 else {
            throw Self.refusal(place.path, errno: errno)
        }
        var facts = stat()
        guard lstat(place.path, &facts) == 0, Self.isSocket(facts) else {
            throw SystemRefusal(
                "cannot listen on \(place.path)",
                reason: "the socket was replaced by something else while it was made",
                hint: "use a folder that only the relay's user may write")
        }
        return SocketFile(
            path: place.path, descriptor: descriptor, device: facts.st_dev, inode: facts.st_ino)
    }

    private init(path: String, descriptor: consuming OwnedDescriptor, device: dev_t, inode: ino_t) {
        self.path = path
        self.descriptor = descriptor
        self.device = device
        self.inode = inode
    }

    /// `O_PATH` and `AT_EMPTY_PATH`, open(2), which the C library hides from strict programs.
    private static let pathOnly: Int32 = 0o10_000_000
    private static let emptyPath: Int32 = 0x1000

    /// Removes the file if it is still this socket's.
    func removeFile() {
        var facts = stat()
        guard lstat(self.path, &facts) == 0, facts.st_dev == self.device, facts.st_ino == self.inode else { return }
        unlink(self.path)
    }

    deinit { self.removeFile() }

    /// What would go wrong, found without changing anything.
    static func warnings(for place: UnixPlace) -> [String] {
        do throws(SystemRefusal) {
            _ = try Account.user(place.owner, path: place.path)
            _ = try Account.group(place.group, path: place.path)
        } catch {
            return ["\(error)"]
        }
        let folder = Self.folder(of: place.path)
        if access(folder, F_OK) == 0 {
            return access(folder, W_OK | X_OK) == 0 ? [] : ["\(Self.refusal(place.path, errno: errno))"]
        }
        let parent = Self.folder(of: folder)
        if access(parent, W_OK | X_OK) == 0 { return [] }
        return ["\(Self.missingFolder(folder, path: place.path, errno: errno))"]
    }

    /// Works on the inode that was checked, not on whatever stands at the path by now.
    private func setAccess(permissions: mode_t, owner: uid_t?, group: gid_t?) throws(SystemRefusal) {
        let number = open(self.path, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw Self.refusal(self.path, errno: errno) }
        let file = OwnedDescriptor(number)
        var facts = stat()
        guard fstat(file.number, &facts) == 0, facts.st_dev == self.device, facts.st_ino == self.inode else { return }
        if owner != nil || group != nil,
            fchownat(file.number, "", owner ?? uid_t.max, group ?? gid_t.max, Self.emptyPath) != 0
        {
            throw SystemRefusal(
                "cannot give \(self.path) to another owner or group", errno: errno,
                hint: "run the relay as root or as a member of that group, or leave owner and group out")
        }
        // The umask may have taken bits away, and a change of owner does; this only ever adds what was asked for.
        guard chmod("/proc/self/fd/\(file.number)", permissions) == 0 else {
            throw Self.refusal(self.path, errno: errno)
        }
    }

    // MARK: What is in the way

    private static func removeDeadSocket(at place: UnixPlace, owner: uid_t?) throws(SystemRefusal) {
        let path = place.path
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard Self.isSocket(facts) else {
            throw SystemRefusal(
                "cannot listen on \(path)", reason: "something that is not a socket is there",
                hint: "move it away or choose another path")
        }
        guard Self.isDead(path, type: place.carriage.socketType) else {
            throw SystemRefusal(
                "cannot listen on \(path)", reason: "another program is listening there",
                hint: "stop it or choose another path; a socket in use is never taken over")
        }
        guard facts.st_uid == geteuid() || facts.st_uid == owner else {
            throw SystemRefusal(
                "cannot listen on \(path)", reason: "a left-over socket of user \(facts.st_uid) is there",
                hint: "remove it if nobody needs it: rm \(path)")
        }
        var again = stat()
        guard lstat(path, &again) == 0, again.st_dev == facts.st_dev, again.st_ino == facts.st_ino else { return }
        guard unlink(path) == 0 else { throw Self.refusal(path, errno: errno) }
    }

    /// Only a refused connection proves that nobody listens; every other answer leaves the socket alone.
    private static func isDead(_ path: String, type: Int32) -> Bool {
        let number = socket(AF_UNIX, type | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { return false }
        let probe = OwnedDescriptor(number)
        return UnixAddress.connect(probe.number, to: path) != 0 && errno == ECONNREFUSED
    }

    private static func isSocket(_ facts: stat) -> Bool { facts.st_mode & S_IFMT == S_IFSOCK }

    // MARK: Its folder

    /// Makes the last folder of the path with mode 0755 if only that one is missing, as `/run/tailrace` is after a
    /// boot.
    private static func ensureFolder(of path: String) throws(SystemRefusal) {
        let folder = Self.folder(of: path)
        if access(folder, F_OK) == 0 || mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
        throw Self.missingFolder(folder, path: path, errno: errno)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func missingFolder(_ folder: String, path: String, errno code: Int32) -> SystemRefusal {
        SystemRefusal(
            "cannot listen on \(path)",
            reason: "the folder \(folder) does not exist and cannot be made (\(SystemRefusal.text(code)))",
            hint: "make it and give it to the relay's user: install -d -o tailrace \(folder)")
    }

    private static func refusal(_ path: String, errno code: Int32) -> SystemRefusal {
        let hint =
            code == EACCES || code == EPERM || code == EROFS
            ? "give the relay's user write access to \(Self.folder(of: path))" : nil
        return SystemRefusal("cannot listen on \(path)", errno: code, hint: hint)
    }
}
