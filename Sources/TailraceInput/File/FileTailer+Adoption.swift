import TailraceEvent

extension FileTailer {
    /// Begins to follow a file that stands at a matched path and is not followed yet.
    func adopt(_ candidate: Candidate, at path: FilePath) {
        if self.isFirstStart {
            let beginning = self.probe.beginning(
                candidate.handle, size: candidate.facts.size, from: self.options.from, encoding: self.options.encoding)
            self.begin(candidate, at: path, offset: beginning, generation: 1)
        } else if let elsewhere = self.restored.byIdentity[candidate.identity], elsewhere.path != path {
            self.adopt(candidate, at: path, from: elsewhere)
        } else if let checkpoint = self.newest(at: path, is: candidate), checkpoint.offset > 0 {
            // The usual case after a restart; what else was read here is settled later.
            self.restored.take(candidate.identity)
            self.begin(candidate, at: path, offset: checkpoint.offset, generation: checkpoint.generation)
        } else {
            let isKnown = self.restored.byIdentity[candidate.identity] != nil
            if !isKnown && self.waitsAsSuspect(candidate, at: path) { return }
            self.follow(candidate, at: path)
        }
    }

    /// The file was read under another path: it was renamed, or has several names.
    private func adopt(_ candidate: Candidate, at path: FilePath, from checkpoint: FileCheckpoint) {
        self.restored.take(candidate.identity)
        guard self.holds(candidate, checkpoint) else {
            self.follow(candidate, at: path)
            return
        }
        let isRotation = RotatedName.isRotation(path.name, of: checkpoint.path.name)
        let file = self.track(
            candidate, as: isRotation ? checkpoint.path : path, at: checkpoint.offset, generation: checkpoint.generation
        )
        guard let file else { return }
        file.isCopy = checkpoint.isCopy
        self.attach(file, to: path)
        if isRotation && !file.isCopy { self.noteLatest(file) }
    }

    /// The next file at the path under which `file` is told comes after it.
    func noteLatest(_ file: TailedFile) {
        if self.matched[file.path]?.latest.map({ $0.generation < file.generation }) ?? true {
            self.matched[file.path, default: MatchedPath()].setLatest(file)
        }
    }

    private func begin(_ candidate: Candidate, at path: FilePath, offset: UInt64, generation: UInt64) {
        guard let file = self.track(candidate, as: path, at: offset, generation: generation) else { return }
        self.attach(file, to: path)
    }

    /// The checkpoint of a file if it was the last one read at `path` and still holds what was read.
    private func newest(at path: FilePath, is candidate: Candidate) -> FileCheckpoint? {
        guard self.matched[path]?.latest == nil,
            let newest = self.restored.at(path).filter({ !$0.value.isCopy })
                .max(by: { $0.value.generation < $1.value.generation }),
            newest.key == candidate.identity, self.holds(candidate, newest.value)
        else { return nil }
        return newest.value
    }

    func holds(_ candidate: Candidate, _ checkpoint: FileCheckpoint) -> Bool {
        self.probe.holds(
            candidate.handle, size: candidate.reach, offset: checkpoint.offset, head: checkpoint.head,
            tail: checkpoint.tail)
    }

    /// What else earlier runs have left: renamed files are read to their end, before what stands at their path now.
    func settleRestored() {
        for path in self.restored.paths.sorted() {
            for (identity, checkpoint) in self.restored.at(path) {
                guard let candidate = self.find(identity, checkpoint), self.holds(candidate, checkpoint) else {
                    if self.readCompressed(identity, checkpoint, at: path) { continue }
                    // With a successor it was read to its end before; without one it may still come back.
                    if self.matched[path]?.current != nil {
                        self.restored.take(identity)
                        self.forgotten.append(identity)
                    }
                    continue
                }
                let isDone =
                    checkpoint.isDrained && (candidate.isCompressed || candidate.facts.size == checkpoint.offset)
                if !isDone && !checkpoint.isCopy { self.readOn(candidate, checkpoint, at: path) }
            }
        }
    }

    /// What is left of a file that is gone stands in its compressed form.
    private func readCompressed(_ identity: FileIdentity, _ checkpoint: FileCheckpoint, at path: FilePath) -> Bool {
        guard !checkpoint.isDrained, !checkpoint.isCopy, checkpoint.head.length > 0,
            let candidate = self.findCompressed([path, checkpoint.location], { self.holds($0, checkpoint) })
        else { return false }
        self.restored.take(identity)
        self.forgotten.append(identity)
        self.readOn(candidate, checkpoint, at: path)
        if let file = self.filesByKey[candidate.facts.key] { self.noteChanged(file) }
        return true
    }

    private func readOn(_ candidate: Candidate, _ checkpoint: FileCheckpoint, at path: FilePath) {
        self.restored.take(candidate.identity)
        let file = self.track(candidate, as: path, at: checkpoint.offset, generation: checkpoint.generation)
        guard let file else { return }
        if let current = self.matched[path]?.current {
            self.link(current, after: file)
        } else {
            self.noteLatest(file)
        }
        self.startDraining(file)
    }

    /// The file of a checkpoint, wherever in its folders it is now.
    private func find(_ identity: FileIdentity, _ checkpoint: FileCheckpoint) -> Candidate? {
        for folder in Set([checkpoint.path.directory, checkpoint.location.directory]) {
            for name in self.listing(folder).names(inode: checkpoint.key.inode) {
                let path = folder.appending(name)
                guard let facts = try? self.files.facts(of: path, followingLinks: false), facts.kind == .regular,
                    self.followed(facts) == nil, let candidate = self.open(path), candidate.identity == identity
                else { continue }
                return candidate
            }
        }
        return nil
    }

    func listing(_ folder: FilePath) -> FolderIndex {
        if let known = self.listings?[folder] { return known }
        let index = FolderIndex(folder, files: self.files)
        self.listings?[folder] = index
        return index
    }

    /// `file` is not read before `previous` was read to its end.
    func link(_ file: TailedFile, after previous: TailedFile?) {
        guard let previous, previous !== file, !previous.isForgotten else { return }
        // What was written anew comes after files that came after it before.
        var before = previous.after
        while let earlier = before {
            if earlier === file { return }
            before = earlier.after
        }
        file.after = previous
        self.enqueue(previous)
        self.enqueue(file)
    }

    /// Follows a file from `offset` on; nil, with the reason noted, if it can't be read.
    func track(_ candidate: Candidate, as path: FilePath, at offset: UInt64, generation: UInt64) -> TailedFile? {
        guard let cursor = offset == 0 ? ReadCursor() : self.probe.cursor(candidate.handle, at: offset) else {
            self.problems.set(path, "cannot read \(candidate.path.text) at byte \(offset)", now: self.now())
            return nil
        }
        let file = TailedFile(
            identity: candidate.identity, facts: candidate.facts, path: path,
            location: self.files.location(of: candidate.handle.number) ?? candidate.path, generation: generation,
            cursor: cursor, codec: self.codec, encoding: self.options.encoding, handle: candidate.handle,
            now: self.now(), seen: Timestamp.now().nanoseconds)
        if candidate.isCompressed { file.readsInflated(size: candidate.size) }
        self.filesByKey[candidate.facts.key] = file
        // Also before anything is read: else it would be nobody's once it is rotated while the relay is down.
        self.noteChanged(file)
        self.openFiles += 1
        self.watches.add(file)
        self.enqueue(file)
        self.closeIdleFiles(sparing: file)
        return file
    }
}
