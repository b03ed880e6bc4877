import TailraceEvent

/// What the log remembers of a file: where to go on, and how to find and recognise it.
///
/// ```json
/// {"version":1,"path":"/var/log/syslog","offset":81234,"generation":3,"drained":false,"device":254,"inode":1196040,
///  "birth":1795340949007016136,"head":[1024,1024,1234567890],"tail":[81234,1024,987654321],"seen":1795340999000000000}
/// ```
struct FileCheckpoint: Sendable, Hashable {
    /// The path that matched, under which its events were told.
    var path: FilePath
    /// Where the file was found; differs from `path` after a rename and behind a symbolic link.
    var location: FilePath
    /// Bytes that are in the log.
    var offset: UInt64
    /// Counts the files that followed each other at `path`, from 1.
    var generation: UInt64
    /// It was rotated away and read to its end.
    var isDrained: Bool
    /// It is a copy of the file at `path`, where its content was read.
    var isCopy: Bool
    var key: FileFacts.Key
    var birth: Int64
    var head: FileAnchor
    var tail: FileAnchor
    /// Wall clock nanoseconds when it was last known to be at `path`.
    var seen: Int64

    var encoded: [UInt8] {
        var text: [UInt8] = []
        text.append("{\"version\":1,\"path\":")
        CheckpointText.append(self.path.bytes, to: &text)
        if self.location != self.path {
            text.append(",\"location\":")
            CheckpointText.append(self.location.bytes, to: &text)
        }
        Self.append(",\"offset\":", self.offset, to: &text)
        Self.append(",\"generation\":", self.generation, to: &text)
        if self.isDrained { text.append(",\"drained\":true") }
        if self.isCopy { text.append(",\"copy\":true") }
        Self.append(",\"device\":", self.key.device, to: &text)
        Self.append(",\"inode\":", self.key.inode, to: &text)
        text.append(",\"birth\":")
        text.appendDecimal(self.birth)
        Self.append(",\"head\":", self.head, to: &text)
        Self.append(",\"tail\":", self.tail, to: &text)
        text.append(",\"seen\":")
        text.appendDecimal(self.seen)
        text.append("}")
        return text
    }

    /// nil if the text is damaged or from a later version.
    init?(decoding text: [UInt8]) {
        guard let members = CheckpointText.members(of: text), members["version"]?.unsigned == 1,
            let path = members["path"]?.bytes, let offset = members["offset"]?.unsigned,
            let device = members["device"]?.unsigned, let inode = members["inode"]?.unsigned,
            let head = members["head"]?.anchor, let tail = members["tail"]?.anchor, tail.end <= offset
        else { return nil }
        self.path = FilePath(bytes: path)
        self.location = members["location"]?.bytes.map { FilePath(bytes: $0) } ?? self.path
        self.offset = offset
        self.generation = members["generation"]?.unsigned ?? 1
        self.isDrained = members["drained"] == .bool(true)
        self.isCopy = members["copy"] == .bool(true)
        self.key = FileFacts.Key(device: device, inode: inode)
        self.birth = members["birth"]?.signed ?? 0
        self.head = head
        self.tail = tail
        self.seen = members["seen"]?.signed ?? 0
    }

    init(
        path: FilePath, location: FilePath, offset: UInt64, generation: UInt64, isDrained: Bool, isCopy: Bool,
        key: FileFacts.Key, birth: Int64, head: FileAnchor, tail: FileAnchor, seen: Int64
    ) {
        self.path = path
        self.location = location
        self.offset = offset
        self.generation = generation
        self.isDrained = isDrained
        self.isCopy = isCopy
        self.key = key
        self.birth = birth
        self.head = head
        self.tail = tail
        self.seen = seen
    }

    private static func append(_ key: StaticString, _ value: UInt64, to text: inout [UInt8]) {
        text.append(key)
        text.appendDecimal(value)
    }

    private static func append(_ key: StaticString, _ anchor: FileAnchor, to text: inout [UInt8]) {
        text.append(key)
        text.append("[")
        text.appendDecimal(anchor.end)
        text.append(",")
        text.appendDecimal(UInt64(anchor.length))
        text.append(",")
        text.appendDecimal(anchor.hash)
        text.append("]")
    }
}

extension CheckpointText.Value {
    fileprivate var anchor: FileAnchor? {
        guard case .numbers(let numbers) = self, numbers.count == 3, numbers[1] <= UInt64(FileAnchor.maxBytes),
            numbers[1] <= numbers[0]
        else { return nil }
        return FileAnchor(end: numbers[0], length: Int(numbers[1]), hash: numbers[2])
    }
}
