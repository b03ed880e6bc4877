/// What the file input asks of a file system, small enough to be simulated.
///
/// All calls may block as the kernel's do. Handles are the file system's own numbers.
protocol FileSystem: Sendable {
    /// Facts about what stands at a path; `followingLinks` false tells about a symbolic link itself.
    func facts(of path: FilePath, followingLinks: Bool) throws(SystemError) -> FileFacts
    func facts(of handle: Int32) throws(SystemError) -> FileFacts
    /// Opens for reading, without waiting on pipes or devices.
    func open(_ path: FilePath) throws(SystemError) -> Int32
    func close(_ handle: Int32)
    /// Reads up to `count` bytes at `offset` into the front of `buffer`; less than `count` means the end was reached.
    func read(_ handle: Int32, into buffer: inout [UInt8], count: Int, at offset: UInt64) throws(SystemError) -> Int
    /// Where bytes that were written begin behind the first hole that begins, or is, in `range`: `.max` if nothing
    /// follows it, nil if there is no hole, or the file system knows of none.
    func dataBehindHole(_ handle: Int32, in range: Range<UInt64>) -> UInt64?
    /// A name for the file that outlives renames and is never given to another file where the file system allows it.
    func identity(of handle: Int32, facts: FileFacts) -> FileIdentity
    /// Where an open file is now; nil if it has no name any more.
    func location(of handle: Int32) -> FilePath?
    /// Where a symbolic link leads, from the root; nil if there is none at the path.
    func target(of link: FilePath) -> FilePath?
    func entries(of directory: FilePath) throws(SystemError) -> [DirectoryEntry]
    /// The type of a file system on which changes made by other machines are not announced by inotify; else nil.
    func remoteType(of facts: FileFacts) -> String?
}

extension FileSystem {
    func dataBehindHole(_ handle: Int32, in range: Range<UInt64>) -> UInt64? { nil }
}

/// What `statx(2)` tells about a file.
struct FileFacts: Sendable, Hashable {
    enum Kind: String, Sendable {
        case regular = "regular file"
        case directory = "directory"
        case link = "symbolic link"
        case pipe = "named pipe"
        case socket = "socket"
        case device = "device"
    }

    /// Names a file while it exists, which is as long as a handle to it is open.
    struct Key: Sendable, Hashable {
        var device: UInt64
        var inode: UInt64
    }

    var kind: Kind
    var key: Key
    /// Nanoseconds since 1970; 0 where the file system does not record it.
    var birth: Int64
    var modified: Int64
    /// Bytes.
    var size: UInt64
    var links: UInt32
    var owner: UInt32
    var group: UInt32
    /// The nine permission bits.
    var permissions: UInt16

    /// Whether both tell of one file, as far as numbers can tell.
    func isSameFile(as other: FileFacts) -> Bool {
        self.key == other.key && (self.birth == other.birth || self.birth == 0 || other.birth == 0)
    }
}

struct DirectoryEntry: Sendable, Hashable {
    enum Kind: Sendable { case directory, link, other }

    var name: [UInt8]
    var inode: UInt64
    var kind: Kind
}
