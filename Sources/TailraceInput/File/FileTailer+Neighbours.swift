import TailraceEvent

/// Which files may be what a remembered one is by now, or stood at a path in between.
extension FileTailer {
    /// The kernel stamps files with the time of its last tick, at 100 Hz at the least.
    private static let tick: Int64 = 10_000_000
    /// The clock may be set back a little while the relay is stopped.
    static let clockSlack: Int64 = 60 * 1_000_000_000
    func plan(_ work: PlanWork) -> RotationPlan {
        RotationPlan(
            remembered: work.memories.map(\.remembered),
            found: work.candidates.map { self.found($0, work) }, since: self.since(work.memories))
    }

    /// What came to the path since is newer than this.
    private func since(_ memories: [Memory], isCompressed: Bool = false) -> Int64 {
        guard let newest = memories.max(by: { $0.remembered.generation < $1.remembered.generation }) else {
            return self.watchedSince - Self.tick
        }
        let seen = newest.seen - Self.clockSlack
        return isCompressed ? max(seen, newest.remembered.birth) : seen
    }

    private func found(_ candidate: Candidate, _ work: PlanWork) -> RotationPlan.Found {
        let isCurrent = candidate.facts.key == work.current?.facts.key
        var holds: Set<FileIdentity> = []
        var mayBeginAs: Set<FileIdentity> = []
        for memory in work.memories {
            let isSame = memory.remembered.identity == candidate.identity
            // What was written anew is something else even where nothing of it had been read.
            if isSame, !isCurrent, work.rewritten[candidate.facts.key] != nil { continue }
            guard isSame || memory.remembered.isRecognisable else { continue }
            let isHeld = self.probe.holds(
                candidate.handle, size: candidate.reach, offset: memory.remembered.offset, head: memory.head,
                tail: memory.tail)
            if isHeld { holds.insert(memory.remembered.identity) }
            let isShorter = !isSame && candidate.reach < memory.remembered.offset
            if isShorter,
                self.probe.isBeginning(
                    candidate.handle, size: candidate.size, of: memory.beginning, head: memory.head)
            {
                mayBeginAs.insert(memory.remembered.identity)
            }
        }
        let bases = self.places(work).map(\.name)
        return RotationPlan.Found(
            identity: candidate.identity, name: Array(candidate.path.name), birth: candidate.facts.birth,
            modified: candidate.facts.modified, size: candidate.size, isCurrent: isCurrent,
            isRotation: candidate.isCompressed
                || bases.contains { RotatedName.isRotation(candidate.path.name, of: $0) },
            isCompressed: candidate.isCompressed, holds: holds, mayBeginAs: mayBeginAs,
            isCopyOfCurrent: !isCurrent && self.isCopy(candidate, of: work.current),
            isRewritten: work.rewritten[candidate.facts.key] != nil)
    }

    /// A copy of what is read anyhow is not read beside it.
    private func isCopy(_ candidate: Candidate, of current: Candidate?) -> Bool {
        guard let current, current.facts.size > 0 else { return false }
        return self.probe.isBeginning(candidate.handle, of: current.handle)
    }

    /// Looks for the current file, the files that a remembered one may be by now, and those that may have stood at the
    /// path since.
    ///
    /// - Returns: whether a file was in a listing and is not there any more.
    func lookAround(_ work: inout PlanWork) -> Bool {
        work.candidates = [work.current].compactMap(\.self)
        for file in work.rewritten.values where file.facts.key != work.current?.facts.key {
            work.candidates += [self.candidate(file)].compactMap(\.self)
        }
        var (neighbours, isStale) = self.neighbours(work)
        if neighbours.count > self.maxNeighbours {
            neighbours.sort { ($0.isKnown ? 1 : 0, $0.facts.birth) > ($1.isKnown ? 1 : 0, $1.facts.birth) }
            let left = neighbours[self.maxNeighbours...].filter { self.isNews($0.facts, work) }
            work.crowd = (neighbours.count, left.count, left.reduce(0) { $0 + $1.facts.size })
            neighbours.removeLast(neighbours.count - self.maxNeighbours)
        }
        work.refused = []
        for neighbour in neighbours {
            if let candidate = self.open(neighbour.path) {
                work.candidates.append(candidate)
            } else if self.problems.byPath[neighbour.path] != nil {
                work.refused.append(neighbour)
            }
        }
        work.candidates += self.compressedCandidates(
            work.memories, at: work.path, besides: work.candidates,
            since: self.since(work.memories, isCompressed: true))
        return isStale
    }

    private func neighbours(_ work: PlanWork) -> ([Neighbour], isStale: Bool) {
        let memories = work.memories
        let oldest = memories.map(\.remembered.birth).min() ?? (self.watchedSince - Self.tick)
        let inodes = memories.filter { !$0.remembered.isFollowed }.map(\.key.inode)
        let refused = self.matched[work.path]?.refused
        var seen = Set(work.candidates.map(\.facts.key))
        var neighbours: [Neighbour] = []
        var isStale = false
        for place in self.places(work) {
            let listing = self.listing(place.directory)
            let known = Set((inodes + [refused?.inode].compactMap(\.self)).flatMap { listing.names(inode: $0) })
            for name in known.union(listing.rotations(of: place.name)) {
                let path = place.directory.appending(name)
                let facts = try? self.files.facts(of: path, followingLinks: false)
                if facts == nil { isStale = true }
                let isKnown = known.contains(name)
                guard let facts, facts.kind == .regular, isKnown || facts.birth == 0 || facts.birth >= oldest,
                    seen.insert(facts.key).inserted, self.followed(facts)?.isCopy ?? true
                else { continue }
                neighbours.append(Neighbour(path: path, facts: facts, isKnown: isKnown))
            }
        }
        return (neighbours, isStale)
    }

    /// Whether a file came to the path after what was read there, or was what stood there and might not be read.
    func isNews(_ facts: FileFacts, _ work: PlanWork) -> Bool {
        if facts.key == self.matched[work.path]?.refused { return true }
        let newest = work.memories.map(\.remembered).max { $0.generation < $1.generation }
        let since = self.since(work.memories)
        return facts.birth == 0 ? facts.modified >= since : facts.birth >= max(since, newest?.birth ?? since)
    }

    /// A followed file as it is now; nil if it is closed.
    func candidate(_ file: TailedFile) -> Candidate? {
        guard let handle = file.handle, let facts = try? self.files.facts(of: handle.number) else { return nil }
        let location = self.files.location(of: handle.number) ?? file.location
        return Candidate(handle: handle, facts: facts, identity: file.identity, path: location)
    }

    /// Where files of the log stand or stood: at its path, and where a link led.
    private func places(_ work: PlanWork) -> Set<FilePath> {
        let target =
            work.current.flatMap { self.files.location(of: $0.handle.number) } ?? self.matched[work.path]?.target
        return Set([work.path, target].compactMap(\.self) + work.memories.map(\.location))
    }
}

/// A file near a path, that may have stood there.
struct Neighbour {
    var path: FilePath
    var facts: FileFacts
    /// Its inode is that of a file that was read there.
    var isKnown: Bool
}
