import TailraceCodec
import TailraceEvent

extension FileTailer {
    /// Drained files that are watched for late writes, and known as read. More than rotation keeps of many logs: what
    /// is forgotten while it still stands there would be read again.
    private static let maxDrained = 50_000
    /// Checkpoints of files that were not seen for so long are forgotten, so that they do not pile up.
    private static let maxAge: Int64 = 7 * 86_400 * 1_000_000_000
    /// Nothing is forgotten before a volume that is mounted late had time to come.
    private static let settling = Duration.seconds(3600)

    /// Opens a file that was closed while idle, if it can be found and is what it was; true if it can be read.
    func reopen(_ file: TailedFile) -> Bool {
        if file.handle != nil { return true }
        guard let candidate = self.find(file) else {
            if !self.goOnCompressed(file) { self.noteGone(file) }
            return false
        }
        self.noteOpened(file, candidate)
        self.closeIdleFiles(sparing: file)
        let offset = file.cursor.offset
        let isSame = self.probe.holds(
            candidate.handle, size: candidate.reach, offset: offset, head: file.cursor.head, tail: file.cursor.tail)
        guard isSame, let cursor = offset == 0 ? ReadCursor() : self.probe.cursor(candidate.handle, at: offset) else {
            self.noteRewritten(file)
            return false
        }
        file.restart(at: cursor)
        file.knownSize = max(candidate.size, cursor.position)
        return true
    }

    func noteOpened(_ file: TailedFile, _ candidate: Candidate) {
        file.handle = candidate.handle
        file.location = self.files.location(of: candidate.handle.number) ?? candidate.path
        self.openFiles += 1
        if file.watch == nil { self.watches.add(file) }
        guard file.isDrained else { return }
        file.isDrained = false
        self.drained.removeAll { $0 === file }
        if file.isDetached { self.startDraining(file) }
    }

    func find(_ file: TailedFile) -> Candidate? {
        if let candidate = self.open(file.location), candidate.identity == file.identity { return candidate }
        let folder = file.location.directory
        for name in FolderIndex(folder, files: self.files).names(inode: file.facts.key.inode) {
            if let candidate = self.open(folder.appending(name)), candidate.identity == file.identity {
                return candidate
            }
        }
        return nil
    }

    /// Closes the files that were idle longest while more are open than allowed.
    func closeIdleFiles(sparing kept: TailedFile) {
        while self.openFiles > self.options.maxOpenFiles {
            let open = self.filesByKey.values.filter { $0.handle != nil && $0 !== kept }
            let idle = open.filter { !$0.isQueued && !$0.isDetached }
            let longestIdle = (idle.isEmpty ? open : idle).sorted { $0.lastRead < $1.lastRead }
            // Some at a time, so that a long walk over many files does not sort them for each.
            for file in longestIdle.prefix(max(1, self.options.maxOpenFiles / 8)) { self.close(file) }
            if open.isEmpty { return }
        }
    }

    /// Gives the descriptor back. What was held of an unfinished line is read again later.
    func close(_ file: TailedFile) {
        guard let handle = file.handle else { return }
        self.finishGroups(of: file)
        file.cursor.anchor()
        if let location = self.files.location(of: handle.number) { file.location = location }
        file.handle = nil
        self.openFiles -= 1
        // What is before the unfinished line was the last that is proven; the cursor is made anew when it is opened.
        file.cursor.rewind()
        file.lines.restart(at: file.cursor.offset)
    }

    /// Tells the unfinished last lines of rotated files that stay at a matched path.
    private func finishRenamed(_ now: ContinuousClock.Instant) {
        for file in self.renamed {
            guard let since = file.renamedAt, !file.isQueued, now - max(since, file.lastRead) >= Self.drain else {
                continue
            }
            if file.handle == nil && file.lag > 0 && !file.isCopy {
                self.enqueue(file)
                continue
            }
            self.renamed.removeAll { $0 === file }
            if !file.isCopy { self.finishLines(of: file) }
        }
    }

    /// Ends the reading of renamed and unlinked files that were idle long enough.
    func closeDrained(_ now: ContinuousClock.Instant) {
        if !self.renamed.isEmpty { self.finishRenamed(now) }
        for file in self.detached {
            guard let since = file.detachedAt, !file.isQueued,
                now - max(since, file.lastRead) >= Self.drain
            else { continue }
            if file.handle == nil && file.lag > 0 && !file.isCopy {
                // Closed in the middle of its last line: read that again, to tell it.
                self.enqueue(file)
                continue
            }
            self.detached.removeAll { $0 === file }
            if !file.isCopy { self.finishLines(of: file) }
            guard self.hasName(file) else {
                self.forget(file)
                continue
            }
            file.isDrained = true
            self.noteChanged(file)
            self.close(file)
            self.drained.append(file)
        }
        while self.drained.count > Self.maxDrained { self.forget(self.drained.removeFirst()) }
    }

    private func hasName(_ file: TailedFile) -> Bool {
        guard let handle = file.handle else { return self.find(file) != nil }
        return (try? self.files.facts(of: handle.number)).map { $0.links > 0 } ?? false
    }

    /// Looks whether drained files without a watch have grown or gone, and at checkpoints that nobody claims.
    func sweepDrained() {
        for file in self.drained where file.watch == nil {
            guard let size = self.size(of: file) else {
                self.forget(file)
                continue
            }
            if size != file.cursor.offset { self.enqueue(file) }
        }
        guard self.now() - self.started >= Self.settling else { return }
        let oldest = Timestamp.now().nanoseconds - Self.maxAge
        for (identity, checkpoint) in self.restored.byIdentity where checkpoint.seen < oldest {
            self.restored.take(identity)
            self.forgotten.append(identity)
            if !checkpoint.isDrained && !checkpoint.isCopy {
                self.tell(
                    RotationGap(reason: .vanished, path: checkpoint.path, offset: checkpoint.offset),
                    baseFields: checkpoint.path.baseFields)
            }
        }
    }

    /// The size of a closed file, wherever in its folder it was renamed to; nil if it is gone.
    private func size(of file: TailedFile) -> UInt64? {
        if let facts = try? self.files.facts(of: file.location, followingLinks: false),
            facts.isSameFile(as: file.facts)
        {
            return facts.size
        }
        guard let candidate = self.find(file) else { return nil }
        file.location = candidate.path
        return candidate.size
    }

    /// The last name of a closed file is gone, or it can't be found again.
    func noteGone(_ file: TailedFile) {
        guard !file.isForgotten, file.handle == nil else { return }
        if self.problems.byPath[file.location] != nil { return }  // there, but refused: tried again later
        if file.lag > 0 || file.isQueued, self.goOnCompressed(file) { return }
        if file.lag > 0 && !file.isCopy {
            self.tell(
                RotationGap(reason: .vanished, path: file.path, offset: file.cursor.offset, count: file.lag), of: file)
        }
        self.touched.formUnion(self.paths(of: file))
        self.forget(file)
    }

    /// Stops following a file and forgets its checkpoint.
    func forget(_ file: TailedFile) {
        guard !file.isForgotten else { return }
        file.isForgotten = true
        file.lines.restart(at: file.cursor.offset)
        self.lineCounts.add(file.lines.takeCounts())
        if file.handle != nil {
            file.handle = nil
            self.openFiles -= 1
        }
        self.watches.remove(file)
        if self.filesByKey[file.facts.key] === file { self.filesByKey[file.facts.key] = nil }
        self.detached.removeAll { $0 === file }
        self.drained.removeAll { $0 === file }
        self.renamed.removeAll { $0 === file }
        for (path, matched) in self.matched where matched.current === file { self.detach(path) }
        self.forgotten.append(file.identity)
    }

    /// A read failed: told as the input's state, and tried again with a fresh handle.
    func noteFailure(_ error: SystemError, of file: TailedFile) {
        self.problems.set(file.path, AccessHint.text(file.path, error, files: self.files), now: self.now())
        self.close(file)
    }
}
