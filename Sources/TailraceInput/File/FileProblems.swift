import Glibc
import Logging

/// Paths that can't be followed as configured, and when to try again.
struct FileProblems {
    struct Problem {
        /// What, why and what to do, for people.
        var text: String
        var retryAt: ContinuousClock.Instant
        var pause: Duration
        /// Whether it makes the input's state `degraded`, or is only said once in the log.
        var isDegrading: Bool
    }

    private(set) var byPath: [FilePath: Problem] = [:]
    private let logger: Logger

    /// A permission that was given is noticed within this, even where no event tells.
    static let minPause = Duration.seconds(1)
    static let maxPause = Duration.seconds(60)
    /// As many as people read.
    static let maxShown = 3

    init(logger: Logger) { self.logger = logger }

    mutating func set(_ path: FilePath, _ text: String, isDegrading: Bool = true, now: ContinuousClock.Instant) {
        let last = self.byPath[path]
        if last?.text != text { self.logger.warning("a file can't be followed", metadata: ["reason": "\(text)"]) }
        let pause = last.map { $0.retryAt <= now ? min($0.pause * 2, Self.maxPause) : $0.pause } ?? Self.minPause
        self.byPath[path] = Problem(text: text, retryAt: now + pause, pause: pause, isDegrading: isDegrading)
    }

    mutating func clear(_ path: FilePath) { self.byPath[path] = nil }

    /// Forgets problems of paths that are not there any more.
    mutating func keep(_ isStillThere: (FilePath) -> Bool) {
        self.byPath = self.byPath.filter { isStillThere($0.key) }
    }

    func due(at now: ContinuousClock.Instant) -> [FilePath] {
        self.byPath.filter { $0.value.retryAt <= now }.map(\.key)
    }

    var nextDue: ContinuousClock.Instant? { self.byPath.values.map(\.retryAt).min() }

    /// The first few, in order of paths; nil if there is none.
    var summary: String? {
        let texts = self.byPath.filter(\.value.isDegrading).sorted { $0.key < $1.key }.map(\.value.text)
        guard !texts.isEmpty else { return nil }
        let shown = texts.prefix(Self.maxShown).joined(separator: "; ")
        return texts.count > Self.maxShown ? "\(shown); and \(texts.count - Self.maxShown) more" : shown
    }
}

/// Why something can't be read, and whom to ask.
enum AccessHint {
    static func text(_ path: FilePath, _ error: SystemError, files: any FileSystem) -> String {
        let base = "cannot read \(path.text): \(error.text)"
        if error.code == EMFILE || error.code == ENFILE {
            return "\(base); lower max_open_files or raise LimitNOFILE of the service"
        }
        guard error.isRefused else { return base }
        guard let (place, facts) = Self.obstacle(to: path, files: files) else {
            return "\(base); give \(Self.ownName) the right to enter its folder"
        }
        let isFolder = facts.kind == .directory
        let needed: UInt16 = isFolder ? 0o050 : 0o040
        if facts.permissions & needed == needed, let group = Self.groupName(facts.group) {
            return "\(base); add \(Self.ownName) to group \(group)"
        }
        return "\(base); allow it with: setfacl -m u:\(Self.ownName):\(isFolder ? "rx" : "r") \(place.text)"
    }

    /// The innermost place towards `path` of which facts can be had.
    private static func obstacle(to path: FilePath, files: any FileSystem) -> (FilePath, FileFacts)? {
        var place = path
        while true {
            if let facts = try? files.facts(of: place, followingLinks: true) { return (place, facts) }
            guard place != .root else { return nil }
            place = place.directory
        }
    }

    private static var ownName: String {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let uid = geteuid()
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &result) == 0, result != nil, let name = entry.pw_name
        else {
            return "user \(uid)"
        }
        return String(cString: name)
    }

    private static func groupName(_ group: UInt32) -> String? {
        var entry = Glibc.group()
        var result: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getgrgid_r(group, &entry, &buffer, buffer.count, &result) == 0, result != nil, let name = entry.gr_name,
            group != 0
        else { return nil }
        return String(cString: name)
    }
}
