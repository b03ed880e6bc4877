/// The checkpoints of earlier runs that no file has claimed yet.
struct RestoredCheckpoints {
    private(set) var byIdentity: [FileIdentity: FileCheckpoint] = [:]
    private var identitiesByPath: [FilePath: [FileIdentity]] = [:]
    /// Keys whose values could not be read.
    private(set) var damagedKeys: [String] = []

    /// Written at the first start, so that a later start knows it is not the first even if there was no file then.
    static let startKey = "start"

    /// Wall clock nanoseconds of the last proof that an earlier run was watching.
    private(set) var lastSeen: Int64 = 0

    init(_ values: [String: [UInt8]]) {
        for (key, value) in values {
            if key == Self.startKey {
                self.lastSeen = max(self.lastSeen, CheckpointText.members(of: value)?["seen"]?.signed ?? 0)
                continue
            }
            guard let checkpoint = FileCheckpoint(decoding: value) else {
                self.damagedKeys.append(key)
                continue
            }
            let identity = FileIdentity(text: key)
            self.lastSeen = max(self.lastSeen, checkpoint.seen)
            self.byIdentity[identity] = checkpoint
            self.identitiesByPath[checkpoint.path, default: []].append(identity)
        }
    }

    static func startValue(at seen: Int64) -> [UInt8] { Array("{\"version\":1,\"seen\":\(seen)}".utf8) }

    var paths: [FilePath] { Array(self.identitiesByPath.keys) }

    /// The files once followed at `path`.
    func at(_ path: FilePath) -> [FileIdentity: FileCheckpoint] {
        var found: [FileIdentity: FileCheckpoint] = [:]
        for identity in self.identitiesByPath[path] ?? [] { found[identity] = self.byIdentity[identity] }
        return found
    }

    @discardableResult
    mutating func take(_ identity: FileIdentity) -> FileCheckpoint? {
        guard let checkpoint = self.byIdentity.removeValue(forKey: identity) else { return nil }
        self.identitiesByPath[checkpoint.path]?.removeAll { $0 == identity }
        if self.identitiesByPath[checkpoint.path]?.isEmpty == true { self.identitiesByPath[checkpoint.path] = nil }
        return checkpoint
    }
}
