import Logging

/// `copytruncate`: the log is copied to a new file and then emptied. What the reader had not read stands only in the
/// copy; all else in the copy was read already.
extension FileTailer {
    /// How often a file that may be a copy in the making is looked at again.
    static let suspectInterval = Duration.milliseconds(20)
    /// A copy grows without pause; what stands still for so long is a file of its own.
    private static let maxSuspicion = Duration.seconds(2)

    /// Whether an unknown file at a path named like a rotation may be a copy of the log it is named after: then it is
    /// not read as a new file.
    func waitsAsSuspect(_ candidate: Candidate, at path: FilePath) -> Bool {
        for base in RotatedName.bases(of: path) {
            guard let original = self.matched[base]?.current else { continue }
            switch self.likeness(of: candidate, to: original) {
            case .other: continue
            case .copy:
                self.followCopy(candidate, of: original, at: path)
                return true
            case .undecided:
                let size = candidate.facts.size
                let last = self.suspects[path]
                let since = last.flatMap { $0.size == size ? $0.since : nil } ?? self.now()
                self.suspects[path] = (size, since)
                if self.now() - since < Self.maxSuspicion { return true }
            }
        }
        self.suspects[path] = nil
        return false
    }

    private enum Likeness { case copy, other, undecided }

    private func likeness(of candidate: Candidate, to original: TailedFile) -> Likeness {
        original.cursor.anchor()
        let cursor = original.cursor
        if cursor.head.length > 0, candidate.facts.size >= max(cursor.offset, cursor.head.end) {
            let isCopy = self.probe.holds(
                candidate.handle, size: candidate.facts.size, offset: cursor.offset, head: cursor.head,
                tail: cursor.tail)
            return isCopy ? .copy : .other
        }
        guard let handle = original.handle else { return .undecided }
        return self.probe.startAlike(candidate.handle, handle) ? .undecided : .other
    }

    /// Follows a copy as if it had been read as far as its original. It is not read on unless the original is
    /// truncated.
    private func followCopy(_ candidate: Candidate, of original: TailedFile, at path: FilePath) {
        let file = self.track(
            candidate, as: original.path, at: original.cursor.offset, generation: original.generation)
        guard let file else { return }
        file.isCopy = true
        self.attach(file, to: path)
        self.context.logger.debug("a copy of a log is not read again", metadata: ["path": "\(path.text)"])
    }
}
