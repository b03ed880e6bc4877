import CLinux
import Glibc

/// Journal files that lie in the journal's folders but that libsystemd does not have open: it leaves out damaged files,
/// when it opens them or in the middle of reading, without a word.
struct JournalLeftOut {
    struct File: Hashable {
        let path: String
        let device: dev_t
        let inode: ino_t
    }

    /// Left out at the last look, which may have been too early for a file that was just made.
    private var suspects: Set<File> = []
    /// Left out for good.
    private(set) var files: Set<File> = []
    /// Looks still to be made after a change; the second one confirms the first.
    private var looksLeft = 2

    /// Whether what is left out is known for now.
    var isSettled: Bool { self.looksLeft == 0 }

    /// Files came or went: look twice again.
    mutating func noteChange() { self.looksLeft = 2 }

    /// Looks, if there is a reason to.
    /// - Returns: files that are newly known to be left out.
    mutating func look(folders: [String], depth: Int) -> [File] {
        guard self.looksLeft > 0 else { return [] }
        self.looksLeft -= 1
        let open = Self.openFiles()
        let all = folders.flatMap { Self.journals(in: $0, depth: depth) }
        let closed = Set(all.filter { file in !open.contains { $0.device == file.device && $0.inode == file.inode } })
        let confirmed = closed.intersection(self.suspects)
        let new = confirmed.subtracting(self.files)
        self.files.formIntersection(closed)
        self.files.formUnion(new)
        self.suspects = closed
        return new.sorted { $0.path < $1.path }
    }

    /// What people should know; nil if nothing is left out.
    var problem: String? {
        guard let first = self.files.min(by: { $0.path < $1.path }) else { return nil }
        let more = self.files.count > 1 ? " and \(self.files.count - 1) more" : ""
        return "\(first.path)\(more) is damaged and left out; look at it with journalctl --verify --file \(first.path)"
    }

    /// That entries of the left-out file may be lost; nil if all of it was read before.
    ///
    /// - Parameters:
    ///   - place: the last entry read before the file was missed, nil at a first start.
    ///   - since: where that first start began, in microseconds since 1970.
    static func gap(_ file: File, after place: JournalPlace?, since: UInt64) -> JournalGap? {
        if let header = JournalFileHeader(file.path) {
            if header.lastRealtime <= place?.cursor.realtime ?? since { return nil }
            // Where the same sequence goes on in other files, the hole in its numbers tells exactly.
            if let place, header.sequenceID == place.cursor.sequenceID || place.others[header.sequenceID] != nil {
                return nil
            }
        }
        return JournalGap(
            reason: "damaged", count: nil, from: place?.cursor.text, to: nil,
            message: "\(file.path) is damaged; entries in it can't be read")
    }

    private static func openFiles() -> [File] {
        Self.names(in: "/proc/self/fd").compactMap { Self.file("/proc/self/fd/\($0)") }
    }

    private static func journals(in folder: String, depth: Int) -> [File] {
        Self.names(in: folder).flatMap { name -> [File] in
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".journal") || name.hasSuffix(".journal~") {
                // A file that may not be read is another matter.
                return access(path, R_OK) == 0 ? Self.file(path).map { [$0] } ?? [] : []
            }
            return depth > 0 ? Self.journals(in: path, depth: depth - 1) : []
        }
    }

    /// Regular files with something in them.
    private static func file(_ path: String) -> File? {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else { return nil }
        return File(path: path, device: facts.st_dev, inode: facts.st_ino)
    }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// What the first bytes of a journal file say, for a file that libsystemd won't open.
///
/// ```
/// 0 "LPKSHHRH" | 72 sequence id: 16 | 192 last realtime: u64 µs |          all little-endian
/// ```
/// systemd's JOURNAL_FILE_FORMAT documents the layout.
struct JournalFileHeader {
    let sequenceID: JournalID
    let lastRealtime: UInt64

    /// Nil if the file can't be read or does not begin like a journal.
    init?(_ path: String) {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { return nil }
        let file = OwnedDescriptor(number)
        var bytes = [UInt8](repeating: 0, count: 200)
        guard read(file.number, &bytes, bytes.count) == bytes.count, bytes.starts(with: Array("LPKSHHRH".utf8)) else {
            return nil
        }
        func bigEndian(_ offset: Int) -> UInt64 { bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        self.sequenceID = JournalID(high: bigEndian(72), low: bigEndian(80))
        self.lastRealtime = (0..<8).reduce(0) { $0 | UInt64(bytes[192 + $1]) << UInt64(8 * $1) }
    }
}
