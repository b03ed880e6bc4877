internal import Glibc

/// What the first bytes of a file say about whose it is, before SQLite opens it: opening would already change it.
enum FileHeader {
    /// Offset of the application id in an SQLite file (file format, "The Database Header").
    private static let applicationIDOffset = 68
    private static let magic = Array("SQLite format 3\0".utf8)
    /// One page holds no table yet: a log whose making was interrupted.
    private static let emptyFileBytes = 4096

    enum Verdict: Equatable {
        case ours
        /// Not a database at all.
        case damaged
        /// A database of another program.
        case foreign
    }

    static func verdict(path: String) -> Verdict {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .ours }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = pread(descriptor, &header, header.count, 0)
        guard count > 0 else { return .ours }
        guard count == header.count, Array(header[..<Self.magic.count]) == Self.magic else { return .damaged }
        let id = header[Self.applicationIDOffset..<Self.applicationIDOffset + 4].reduce(Int64(0)) {
            $0 << 8 | Int64($1)
        }
        if id == BlockStore.applicationID { return .ours }
        return id == 0 && lseek(descriptor, 0, SEEK_END) <= off_t(Self.emptyFileBytes) ? .ours : .foreign
    }
}
