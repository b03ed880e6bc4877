import CLinux
import Glibc

/// The kernel's file systems.
struct SystemFiles: FileSystem {
    func facts(of path: FilePath, followingLinks: Bool) throws(SystemError) -> FileFacts {
        var record = statx()
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        let result = path.withCString { statx(AT_FDCWD, $0, flags, Self.wanted, &record) }
        guard result == 0 else { throw SystemError.last }
        return FileFacts(record)
    }

    func facts(of handle: Int32) throws(SystemError) -> FileFacts {
        var record = statx()
        guard statx(handle, "", AT_EMPTY_PATH, Self.wanted, &record) == 0 else { throw SystemError.last }
        return FileFacts(record)
    }

    private static let wanted = UInt32(STATX_BASIC_STATS) | UInt32(STATX_BTIME)

    func open(_ path: FilePath) throws(SystemError) -> Int32 {
        let handle = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard handle >= 0 else { throw SystemError.last }
        return handle
    }

    func close(_ handle: Int32) { _ = Glibc.close(handle) }

    func read(_ handle: Int32, into buffer: inout [UInt8], count: Int, at offset: UInt64) throws(SystemError) -> Int {
        guard let start = off_t(exactly: offset) else { throw SystemError(code: EOVERFLOW) }
        var result = -1
        repeat {
            result = buffer.withUnsafeMutableBytes { pread(handle, $0.baseAddress, min(count, $0.count), start) }
        } while result < 0 && errno == EINTR
        guard result >= 0 else { throw SystemError.last }
        return result
    }

    func dataBehindHole(_ handle: Int32, in range: Range<UInt64>) -> UInt64? {
        guard let start = off_t(exactly: range.lowerBound) else { return nil }
        // Reads name their place themselves, so that the handle's own is nobody's.
        let hole = lseek(handle, start, SEEK_HOLE)
        guard hole >= 0, UInt64(hole) < range.upperBound else { return nil }
        let data = lseek(handle, hole, SEEK_DATA)
        if data < 0 { return errno == ENXIO ? .max : nil }
        return UInt64(data)
    }

    func location(of handle: Int32) -> FilePath? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = target.withUnsafeMutableBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/fd/\(handle)", $0, text.count) } ?? -1
            }
        }
        guard length > 0, length < target.count, target[0] == UInt8(ascii: "/") else { return nil }
        let path = FilePath(bytes: target[..<length])
        // The kernel marks unlinked files with " (deleted)", which could also be part of a name: ask who stands there.
        guard let here = try? self.facts(of: handle), let there = try? self.facts(of: path, followingLinks: false)
        else {
            return nil
        }
        return here.isSameFile(as: there) ? path : nil
    }

    func target(of link: FilePath) -> FilePath? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = target.withUnsafeMutableBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { base in link.withCString { readlink($0, base, text.count) } } ?? -1
            }
        }
        guard length > 0, length < target.count else { return nil }
        let isAbsolute = target[0] == UInt8(ascii: "/")
        return isAbsolute ? FilePath(bytes: target[..<length]) : link.directory.appending(target[..<length])
    }

    func entries(of directory: FilePath) throws(SystemError) -> [DirectoryEntry] {
        guard let stream = directory.withCString({ opendir($0) }) else { throw SystemError.last }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in Array(raw.prefix { $0 != 0 }) }
            if name == [UInt8(ascii: ".")] || name == Array("..".utf8) { continue }
            entries.append(
                DirectoryEntry(name: name, inode: UInt64(entry.pointee.d_ino), kind: .init(entry.pointee.d_type)))
        }
        return entries
    }

    func identity(of handle: Int32, facts: FileFacts) -> FileIdentity {
        FileIdentity(handle: handle, facts: facts)
    }

    func remoteType(of facts: FileFacts) -> String? { MountTable.remoteType(device: facts.key.device) }
}

extension SystemError {
    static var last: SystemError { SystemError(code: errno) }

    var isMissing: Bool { self.code == ENOENT || self.code == ENOTDIR || self.code == ELOOP }
    var isRefused: Bool { self.code == EACCES || self.code == EPERM }

    /// The system's own words, in lower case as they stand in the middle of sentences.
    var text: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(self.code, &buffer, buffer.count) == 0 else { return "error \(self.code)" }
        let words = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

extension FileFacts {
    fileprivate init(_ record: statx) {
        self.init(
            kind: Kind(mode: record.stx_mode),
            key: Key(
                device: UInt64(record.stx_dev_major) << 32 | UInt64(record.stx_dev_minor), inode: record.stx_ino),
            birth: record.stx_mask & UInt32(STATX_BTIME) == 0 ? 0 : record.stx_btime.nanoseconds,
            modified: record.stx_mtime.nanoseconds, size: record.stx_size, links: record.stx_nlink,
            owner: record.stx_uid, group: record.stx_gid, permissions: record.stx_mode & 0o777)
    }
}

extension FileFacts.Kind {
    fileprivate init(mode: UInt16) {
        switch mode_t(mode) & Glibc.S_IFMT {
        case Glibc.S_IFREG: self = .regular
        case Glibc.S_IFDIR: self = .directory
        case Glibc.S_IFLNK: self = .link
        case Glibc.S_IFIFO: self = .pipe
        case Glibc.S_IFSOCK: self = .socket
        default: self = .device
        }
    }
}

extension DirectoryEntry.Kind {
    /// File systems that do not tell types give `DT_UNKNOWN`, which may be a directory: treated like a link, by asking.
    fileprivate init(_ type: UInt8) {
        switch Int(type) {
        case Int(DT_DIR): self = .directory
        case Int(DT_LNK), Int(DT_UNKNOWN): self = .link
        default: self = .other
        }
    }
}

extension statx_timestamp {
    fileprivate var nanoseconds: Int64 {
        let (scaled, overflow) = self.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? 0 : scaled &+ Int64(self.tv_nsec)
    }
}
