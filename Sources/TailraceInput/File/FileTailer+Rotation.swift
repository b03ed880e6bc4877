import Glibc
import Logging
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
                        isDrained: checkpoint.isDrained, isFollowed: false),
                    head: checkpoint.head, tail: checkpoint.tail, key: checkpoint.key, location: checkpoint.location,
                    seen: checkpoint.seen, unread: nil))
        }
        return memories
    }

    private func memory(of file: TailedFile, isFollowed: Bool) -> Memory {
        file.cursor.anchor()
        return Memory(
            remembered: RotationPlan.Remembered(
                identity: file.identity, generation: file.generation, birth: file.facts.birth,
                offset: file.cursor.offset, isRecognisable: file.cursor.head.length > 0, isDrained: file.isDrained,
                isFollowed: isFollowed),
            head: file.cursor.head, tail: file.cursor.tail, key: file.facts.key, location: file.location, seen: file.seen,
            unread: file.knownSize - min(file.knownSize, file.cursor.position))
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
            self.touched.formUnion(self.paths(of: file))
            self.forget(file)
            return
        }
        self.readBefore(file, facts, handle)
    }

    /// A rotated name has appeared beside a path at which there is nothing, or a file of which nothing was read: it may hold
    /// what stood there before anybody looked.
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
        var candidates = self.candidates(current, at: path, memories)
        var plan = self.plan(memories, candidates, current, at: path)
        let isLoss = plan.steps.contains { if case .lost(_, .vanished) = $0 { true } else { false } }
        if isLoss {
            // A file that was renamed while its folder was listed is in no listing: look once more before it counts as lost.
            self.listings?.removeAll()
            candidates = self.candidates(current, at: path, memories)
            plan = self.plan(memories, candidates, current, at: path)
        }
        if dbg { print("PLAN", path.name.s, memories.map { ($0.remembered.identity.text.suffix(12), $0.remembered.generation, $0.remembered.offset, $0.remembered.isDrained, $0.remembered.isFollowed) }, candidates.map { ($0.path.name.s, $0.identity.text.suffix(12), $0.facts.size) }, plan.steps) }
        let newest = memories.map(\.remembered.generation).max() ?? 0
        var generation = newest
        var files: [TailedFile] = []
        var opening = TailedFile.Opening()
        for step in plan.steps {
            var file: TailedFile?
            switch step {
            case .resume(let found, let index):
                let memory = memories[index].remembered
                self.restored.take(memory.identity)
                let isCurrent = candidates[found].facts.key == current?.facts.key
                if candidates[found].identity != memory.identity && memory.identity != current?.identity {
                    opening.forgotten.append(memory.identity)
                }
                if isCurrent && generation > newest { generation += 1 }
                file = self.read(
                    candidates[found], as: path, at: memory.offset,
                    generation: isCurrent ? generation : memory.generation, rewritten: isCurrent ? rewritten : nil)
            case .readWhole(let found):
                generation += 1
                let isCurrent = candidates[found].facts.key == current?.facts.key
                file = self.read(
                    candidates[found], as: path, at: 0, generation: generation, rewritten: isCurrent ? rewritten : nil)
            case .lost(let index, let loss):
                self.noteLoss(of: memories[index], loss, at: path, rewritten: rewritten, in: &opening)
                if memories[index].remembered.identity != current?.identity {
                    opening.forgotten.append(memories[index].remembered.identity)
                }
            case .forget(let index):
                let identity = memories[index].remembered.identity
                self.restored.take(identity)
                if identity != current?.identity { opening.forgotten.append(identity) }
            }
            guard let file else { continue }
            file.opening.gaps += opening.gaps
            file.opening.forgotten += opening.forgotten
            opening = TailedFile.Opening()
            files.append(file)
        }
        return files
    }

    private func noteLoss(
        of memory: Memory, _ loss: RotationPlan.Loss, at path: FilePath, rewritten: TailedFile?,
        in opening: inout TailedFile.Opening
    ) {
        self.restored.take(memory.remembered.identity)
        if let rewritten { self.finishLine(of: rewritten) }
        // What nobody can know of is a loss only if nobody was watching.
        guard memory.unread != 0 else { return }
        opening.gaps.append(
            RotationGap(
                reason: loss == .truncated ? .truncated : .vanished, path: path, offset: memory.remembered.offset,
                count: memory.unread))
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
        guard let cursor = offset == 0 ? ReadCursor() : self.probe.cursor(candidate.handle, at: offset) else { return nil }
        file.restart(at: cursor, maxLineBytes: self.codec.maxLineBytes)
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
        let newest = memories.max { $0.remembered.generation < $1.remembered.generation }
        let since = newest.map { $0.seen - Self.clockSlack } ?? (self.watchedSince - Self.tick)
        return RotationPlan(
            remembered: memories.map(\.remembered),
            found: candidates.map { self.found($0, current: current, at: path, memories) },
            since: since)
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
                candidate.handle, size: candidate.facts.size, offset: memory.remembered.offset, head: memory.head,
                tail: memory.tail)
            if isHeld { holds.insert(memory.remembered.identity) }
        }
        // A copy of what is about to be read from its beginning is not read beside it.
        if !isCurrent, let current, current.facts.size > 0, self.probe.startAlike(candidate.handle, current.handle) {
            holds.insert(current.identity)
        }
        let bases = [path.name] + memories.map(\.location.name)
        return RotationPlan.Found(
            identity: candidate.identity, name: Array(candidate.path.name), birth: candidate.facts.birth,
            modified: candidate.facts.modified, size: candidate.facts.size, isCurrent: isCurrent,
            isRotation: bases.contains { RotatedName.isRotation(candidate.path.name, of: $0) }, holds: holds)
    }

    /// The current file, the files that a remembered one may be by now, and those that may have stood at the path since.
    private func candidates(_ current: Candidate?, at path: FilePath, _ memories: [Memory]) -> [Candidate] {
        let oldest = memories.map(\.remembered.birth).min() ?? (self.watchedSince - Self.tick)
        let inodes = memories.filter { !$0.remembered.isFollowed }.map(\.key.inode)
        var candidates = [current].compactMap(\.self)
        var seen = Set(candidates.map(\.facts.key))
        for place in Set([path] + memories.map(\.location)) {
            let listing = self.listing(place.directory)
            let known = Set(inodes.flatMap { listing.names(inode: $0) })
            for name in known.union(listing.rotations(of: place.name)) where candidates.count < Self.maxNeighbours {
                let neighbour = place.directory.appending(name)
                guard let facts = try? self.files.facts(of: neighbour, followingLinks: false), facts.kind == .regular,
                    known.contains(name) || facts.birth == 0 || facts.birth >= oldest, seen.insert(facts.key).inserted,
                    self.followed(facts)?.isCopy ?? true, let candidate = self.open(neighbour)
                else { continue }
                candidates.append(candidate)
            }
        }
        return candidates
    }

    /// More rotated files than anybody keeps of one log.
    private static let maxNeighbours = 1_000
}

let dbg = getenv("DBG") != nil
extension ArraySlice<UInt8> { var s: String { String(decoding: self, as: UTF8.self) } }
