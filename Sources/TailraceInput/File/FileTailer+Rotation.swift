import TailraceCodec
import TailraceEvent

extension FileTailer {
    /// A file that was read at a path, with what it takes to find and recognise it.
    struct Memory {
        var remembered: RotationPlan.Remembered
        var head: FileAnchor
        var tail: FileAnchor
        var key: FileFacts.Key
        var location: FilePath
        var seen: Int64
        /// Bytes known to be in it beyond what was read; nil if unknown.
        var unread: UInt64?
    }

    /// The clock may be set back a little while the relay is stopped.
    private static let clockSlack: Int64 = 60 * 1_000_000_000
    /// The kernel stamps files with the time of its last tick, at 100 Hz at the least.
    private static let tick: Int64 = 10_000_000

    /// Everything that was read at a path, in this run and before.
    func memories(at path: FilePath) -> [Memory] {
        let latest = self.matched[path]?.latest.map { self.memory(of: $0, isFollowed: true) }
        return self.restoredMemories(at: path) + [latest].compactMap(\.self)
    }

    private func restoredMemories(at path: FilePath) -> [Memory] {
        var memories: [Memory] = []
        for (identity, checkpoint) in self.restored.at(path) where !checkpoint.isCopy {
            memories.append(
                Memory(
                    remembered: RotationPlan.Remembered(
                        identity: identity, generation: checkpoint.generation, birth: checkpoint.birth,
                        offset: checkpoint.offset, isRecognisable: checkpoint.head.length > 0,
                        isDrained: checkpoint.isDrained, isFollowed: false, seen: checkpoint.seen),
                    head: checkpoint.head, tail: checkpoint.tail, key: checkpoint.key, location: checkpoint.location,
                    seen: checkpoint.seen, unread: nil))
        }
        return memories
    }

    private func memory(of file: TailedFile, isFollowed: Bool) -> Memory {
        file.cursor.anchor()
        return Memory(
            remembered: RotationPlan.Remembered(
                identity: file.identity, generation: file.generation, birth: file.birth,
                offset: file.cursor.offset, isRecognisable: file.cursor.head.length > 0, isDrained: file.isDrained,
                isFollowed: isFollowed, name: self.rotatedName(of: file), seen: file.seen),
            head: file.cursor.head, tail: file.cursor.tail, key: file.facts.key, location: file.location,
            seen: file.seen,
            unread: file.knownSize - min(file.knownSize, file.cursor.position))
    }

    /// What a file is called that was rotated away and is still open.
    private func rotatedName(of file: TailedFile) -> [UInt8]? {
        let location = file.handle.flatMap { self.files.location(of: $0.number) }
        return location.flatMap { $0.name.elementsEqual(file.path.name) ? nil : Array($0.name) }
    }

    /// Another file than before stands at `path`, or none: reads what was written between the two first.
    func follow(_ memories: [Memory], _ candidate: Candidate?, at path: FilePath) {
        var last = self.matched[path]?.latest
        for file in self.carryOut(memories, candidate, at: path, rewritten: nil) {
            self.link(file, after: last)
            last = file
            self.noteLatest(file)
            if file.facts.key == candidate?.facts.key {
                self.attach(file, to: path)
            } else {
                self.startDraining(file)
            }
        }
    }

    /// A file was truncated and written anew: reads what is left of it in copies first.
    func noteRewritten(_ file: TailedFile) {
        guard let handle = file.handle, let facts = try? self.files.facts(of: handle.number) else { return }
        guard self.matched[file.path]?.current === file else {
            // What was a rotated file once is another one now, perhaps the next copy.
            self.finishGroups(of: file)
            if file.lag > 0 && !file.isCopy {
                self.tell(
                    RotationGap(reason: .truncated, path: file.path, offset: file.cursor.offset, count: file.lag),
                    of: file)
            }
            self.touched.formUnion(self.paths(of: file))
            self.forget(file)
            return
        }
        self.readBefore(file, facts, handle)
    }

    /// A rotated name has appeared beside a path at which there is nothing, or a file of which nothing was read: it may
    /// hold what stood there before anybody looked.
    func lookForMissed(at path: FilePath) {
        guard !self.isFirstStart else { return }
        guard let file = self.matched[path]?.current else {
            self.follow(self.memories(at: path), nil, at: path)
            return
        }
        guard file.cursor.position == 0, self.reopen(file),
            let handle = file.handle, let facts = try? self.files.facts(of: handle.number)
        else { return }
        self.readBefore(file, facts, handle)
        file.seen = Timestamp.now().nanoseconds
    }

    private func readBefore(_ file: TailedFile, _ facts: FileFacts, _ handle: FileHandle) {
        let candidate = Candidate(handle: handle, facts: facts, identity: file.identity, path: file.location)
        let memories = self.restoredMemories(at: file.path) + [self.memory(of: file, isFollowed: false)]
        var last: TailedFile?
        for earlier in self.carryOut(memories, candidate, at: file.path, rewritten: file) where earlier !== file {
            self.link(earlier, after: last)
            last = earlier
            if earlier.isDetached { self.startDraining(earlier) }
        }
        self.link(file, after: last)
        self.enqueue(file)
    }

    /// Carries out a `RotationPlan` and returns the files to read, in order. `rewritten` is the current file if it is
    /// followed already.
    private func carryOut(
        _ memories: [Memory], _ current: Candidate?, at path: FilePath, rewritten: TailedFile?
    ) -> [TailedFile] {
        var (candidates, isStale) = self.candidates(current, at: path, memories)
        var plan = self.plan(memories, candidates, current, at: path)
        if isStale || plan.steps.contains(where: \.isLoss) {
            // A file that was renamed or compressed while its folder was listed is in no listing: look once more before
            // it counts as lost.
            self.listings?.removeAll()
            (candidates, _) = self.candidates(current, at: path, memories)
            plan = self.plan(memories, candidates, current, at: path)
        }
        var work = PlanWork(
            memories: memories, candidates: candidates, current: current, path: path, rewritten: rewritten,
            generation: memories.map(\.remembered.generation).max() ?? 0)
        for step in plan.steps { self.carryOut(step, &work) }
        return work.files
    }

    /// A plan that is being carried out.
    private struct PlanWork {
        let memories: [Memory]
        let candidates: [Candidate]
        let current: Candidate?
        let path: FilePath
        let rewritten: TailedFile?
        /// Of the file that was begun last.
        var generation: UInt64
        var hasBegun = false
        /// For the file that comes next.
        var opening = TailedFile.Opening()
        var files: [TailedFile] = []

        func isCurrent(_ found: Int) -> Bool { self.candidates[found].facts.key == self.current?.facts.key }

        /// Leaves alone what the current file's own checkpoint replaces.
        mutating func forget(_ identity: FileIdentity) {
            if identity != self.current?.identity { self.opening.forgotten.append(identity) }
        }
    }

    private func carryOut(_ step: RotationPlan.Step, _ work: inout PlanWork) {
        switch step {
        case .resume(let found, let index):
            let memory = work.memories[index].remembered
            self.restored.take(memory.identity)
            if work.candidates[found].identity != memory.identity { work.forget(memory.identity) }
            // What stands at the path is the newest, also when files were found that came before it.
            if work.isCurrent(found) && work.hasBegun { work.generation += 1 }
            let generation = work.isCurrent(found) ? work.generation : memory.generation
            self.read(found, at: memory.offset, generation: generation, &work)
        case .readWhole(let found):
            work.generation += 1
            work.hasBegun = true
            self.read(found, at: 0, generation: work.generation, &work)
        case .lost(let index, let loss):
            let memory = work.memories[index]
            self.restored.take(memory.remembered.identity)
            work.forget(memory.remembered.identity)
            if let rewritten = work.rewritten { self.finishLines(of: rewritten) }
            // Where nothing unread was seen although somebody watched, nothing is reported.
            guard memory.unread != 0 else { return }
            work.opening.gaps.append(
                RotationGap(
                    reason: loss == .truncated ? .truncated : .vanished, path: work.path,
                    offset: memory.remembered.offset,
                    count: memory.unread))
        case .forget(let index):
            let identity = work.memories[index].remembered.identity
            self.restored.take(identity)
            work.forget(identity)
        }
    }

    private func read(_ found: Int, at offset: UInt64, generation: UInt64, _ work: inout PlanWork) {
        let file = self.read(
            work.candidates[found], as: work.path, at: offset, generation: generation,
            rewritten: work.isCurrent(found) ? work.rewritten : nil)
        guard let file else { return }
        file.opening.gaps += work.opening.gaps
        file.opening.forgotten += work.opening.forgotten
        work.opening = TailedFile.Opening()
        work.files.append(file)
    }

    /// Lets a file be read from `offset` on: one that is followed already starts over there.
    private func read(
        _ candidate: Candidate, as path: FilePath, at offset: UInt64, generation: UInt64, rewritten: TailedFile?
    ) -> TailedFile? {
        self.restored.take(candidate.identity)
        guard let file = rewritten ?? self.filesByKey[candidate.facts.key] else {
            let file = self.track(candidate, as: path, at: offset, generation: generation)
            if let file, offset > 0 { self.noteChanged(file) }
            return file
        }
        if offset == 0 && file.cursor.position == 0 && file.generation == generation && !file.isCopy { return file }
        guard let cursor = offset == 0 ? ReadCursor() : self.probe.cursor(candidate.handle, at: offset) else {
            return nil
        }
        file.restart(at: cursor)
        file.isCopy = false
        file.generation = generation
        file.knownSize = max(candidate.facts.size, cursor.position)
        file.shrinks = 0
        self.noteChanged(file)
        return file
    }

    private func plan(
        _ memories: [Memory], _ candidates: [Candidate], _ current: Candidate?, at path: FilePath
    ) -> RotationPlan {
        RotationPlan(
            remembered: memories.map(\.remembered),
            found: candidates.map { self.found($0, current: current, at: path, memories) },
            since: self.since(memories))
    }

    /// What came to the path since is newer than this.
    private func since(_ memories: [Memory], isCompressed: Bool = false) -> Int64 {
        guard let newest = memories.max(by: { $0.remembered.generation < $1.remembered.generation }) else {
            return self.watchedSince - Self.tick
        }
        let seen = newest.seen - Self.clockSlack
        return isCompressed ? max(seen, newest.remembered.birth) : seen
    }

    private func found(
        _ candidate: Candidate, current: Candidate?, at path: FilePath, _ memories: [Memory]
    ) -> RotationPlan.Found {
        let isCurrent = candidate.facts.key == current?.facts.key
        var holds: Set<FileIdentity> = []
        for memory in memories {
            let isSame = memory.remembered.identity == candidate.identity
            guard isSame || memory.remembered.isRecognisable else { continue }
            let isHeld = self.probe.holds(
                candidate.handle, size: candidate.reach, offset: memory.remembered.offset, head: memory.head,
                tail: memory.tail)
            if isHeld { holds.insert(memory.remembered.identity) }
        }
        // A copy of what is about to be read from its beginning is not read beside it.
        if !isCurrent, let current, current.facts.size > 0,
            self.probe.isBeginning(candidate.handle, size: candidate.size, of: current.handle)
        {
            holds.insert(current.identity)
        }
        let bases = [path.name] + memories.map(\.location.name)
        return RotationPlan.Found(
            identity: candidate.identity, name: Array(candidate.path.name), birth: candidate.facts.birth,
            modified: candidate.facts.modified, size: candidate.size, isCurrent: isCurrent,
            isRotation: candidate.isCompressed
                || bases.contains { RotatedName.isRotation(candidate.path.name, of: $0) },
            isCompressed: candidate.isCompressed, holds: holds)
    }

    /// The current file, the files that a remembered one may be by now, and those that may have stood at the path
    /// since.
    ///
    /// - Returns: also whether a file was in a listing and is not there any more.
    private func candidates(
        _ current: Candidate?, at path: FilePath, _ memories: [Memory]
    ) -> ([Candidate], isStale: Bool) {
        let oldest = memories.map(\.remembered.birth).min() ?? (self.watchedSince - Self.tick)
        let inodes = memories.filter { !$0.remembered.isFollowed }.map(\.key.inode)
        var candidates = [current].compactMap(\.self)
        var seen = Set(candidates.map(\.facts.key))
        var isStale = false
        for place in Set([path] + memories.map(\.location)) {
            let listing = self.listing(place.directory)
            let known = Set(inodes.flatMap { listing.names(inode: $0) })
            for name in known.union(listing.rotations(of: place.name)) where candidates.count < Self.maxNeighbours {
                let neighbour = place.directory.appending(name)
                let facts = try? self.files.facts(of: neighbour, followingLinks: false)
                if facts == nil { isStale = true }
                guard let facts, facts.kind == .regular,
                    known.contains(name) || facts.birth == 0 || facts.birth >= oldest, seen.insert(facts.key).inserted,
                    self.followed(facts)?.isCopy ?? true, let candidate = self.open(neighbour)
                else { continue }
                candidates.append(candidate)
            }
        }
        candidates += self.compressedCandidates(
            memories, at: path, besides: candidates, since: self.since(memories, isCompressed: true))
        return (candidates, isStale)
    }

    /// More rotated files than anybody keeps of one log.
    private static let maxNeighbours = 1_000
}
