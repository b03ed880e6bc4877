internal import Glibc
internal import TailraceEvent

/// The folder of a log: made private, held by a lock, with sick files moved aside and never deleted.
///
/// The lock is an open file description (`flock(2)`), so it ends with the process however that ends.
final class LogFolder: Sendable {
    let path: String
    private let lock: Int32

    var databasePath: String { self.path + "/tailrace.db" }
    var walPath: String { self.databasePath + "-wal" }

    init(path: String) throws(LogError) {
        self.path = path
        try Self.makeFolder(path)
        let lockPath = path + "/lock"
        self.lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard self.lock >= 0 else {
            throw LogError(
                .unusable, "cannot write in the log's folder \(path): \(String(cString: strerror(errno)))",
                hint: "give the user that runs tailrace write access, or set [log] path to another folder")
        }
        guard flock(self.lock, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readHolder(self.lock)
            close(self.lock)
            throw LogError(
                .locked, "the log in \(path) is in use by another tailrace\(holder)",
                hint: "stop that one, or give this one its own [log] path")
        }
        ftruncate(self.lock, 0)
        let own = "\(getpid())\n"
        _ = pwrite(self.lock, own, own.utf8.count, 0)
    }

    deinit { close(self.lock) }

    /// Others may open the log from here on, though somebody still knows of this one.
    func unlock() { flock(self.lock, LOCK_UN) }

    /// Makes the file for this user alone before SQLite does; its companions take over the mode.
    func makeDatabasePrivate() throws(LogError) {
        let descriptor = open(self.databasePath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LogError(
                .unusable, "cannot open \(self.databasePath): \(String(cString: strerror(errno)))",
                hint: "give the user that runs tailrace write access")
        }
        fchmod(descriptor, 0o600)
        close(descriptor)
    }

    /// Renames the database and its companions to `tailrace.db.<why>-<time>`; returns the new name.
    func moveAside(why: String) throws(LogError) -> String {
        let stamp = Timestamp(nanoseconds: Timestamp.now().nanoseconds / 1_000_000_000 * 1_000_000_000).rfc3339
        var target = "\(self.databasePath).\(why)-\(stamp)"
        var attempt = 1
        while access(target, F_OK) == 0 {
            attempt += 1
            target = "\(self.databasePath).\(why)-\(stamp)-\(attempt)"
        }
        for suffix in ["", "-wal", "-shm"] where access(self.databasePath + suffix, F_OK) == 0 {
            guard rename(self.databasePath + suffix, target + suffix) == 0 else {
                throw LogError(
                    .unusable, "cannot move \(self.databasePath + suffix) aside: \(String(cString: strerror(errno)))",
                    hint: "move it away by hand")
            }
        }
        return target
    }

    private static func makeFolder(_ path: String) throws(LogError) {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            if mkdir(built, 0o700) != 0, errno != EEXIST {
                throw LogError(
                    .unusable, "cannot make the log's folder \(built): \(String(cString: strerror(errno)))",
                    hint: "make it for the user that runs tailrace, or set [log] path to another folder")
            }
        }
    }

    private static func readHolder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 1 else { return "" }
        return " (process \(String(decoding: buffer[..<(count - 1)], as: UTF8.self)))"
    }
}
