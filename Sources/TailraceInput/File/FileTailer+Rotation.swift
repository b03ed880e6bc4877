import TailraceCodec
import TailraceEvent

extension FileTailer {
    /// Another file than before stands at `path`, or none: reads what was written between the two first.
    func follow(_ candidate: Candidate?, at path: FilePath) {
        var last = self.matched[path]?.latest
        let rewritten = self.rewritten(at: path, known: nil)
        for file in self.carryOut(candidate, at: path, rewritten: rewritten) {
            self.link(file, after: last)
            last = file
            self.noteLatest(file)
            if file.facts.key == candidate?.facts.key {
                self.attach(file, to: path)
            } else if file.isDetached {
                self.startDraining(file)
            }
        }
    }

    /// A file was truncated and written anew: reads what is left of it in copies first.
    func noteRewritten(_ file: TailedFile) {
        let path = file.path
        // A closed file that was written anew too brings all this about when it is opened.
        if let current = self.matched[path]?.current, current !== file, !self.reopen(current), !self.isRewritten(file) {
            return
        }
        self.readBefore(path, rewritten: self.rewritten(at: path, known: file))
    }

    /// A rotated name has appeared beside a path at which there is nothing, or a file of which nothing was read: it may
    /// hold what stood there before anybody looked.
    func lookForMissed(at path: FilePath) {
        guard !self.isFirstStart else { return }
        guard let file = self.matched[path]?.current else {
            // `app.log-20261122-0700` is a rotation of `app.log`, not of `app.log-20261122`.
            let isRotated = RotatedName.bases(of: path).contains { self.isMatched($0) }
            if self.matched[path]?.latest == nil && isRotated { return }
            self.follow(nil, at: path)
            return
        }
        guard file.cursor.position == 0, self.reopen(file) else { return }
        self.readBefore(path, rewritten: self.rewritten(at: path, known: file))
        file.seen = Timestamp.now().nanoseconds
    }

    /// Reads what was written before what `rewritten` files of a path hold now.
    private func readBefore(_ path: FilePath, rewritten: [TailedFile]) {
        let current = self.matched[path]?.current
        var last: TailedFile?
        let files = self.carryOut(current.flatMap { self.candidate($0) }, at: path, rewritten: rewritten)
        for file in files where file !== current {
            self.link(file, after: last)
            last = file
            if file.isDetached { self.startDraining(file) }
        }
        guard let current, !current.isForgotten else { return }
        self.link(current, after: last)
        self.enqueue(current)
    }

    /// Carries out a `RotationPlan` and returns the files to read, in order.
    private func carryOut(_ current: Candidate?, at path: FilePath, rewritten: [TailedFile]) -> [TailedFile] {
        var work = PlanWork(
            memories: self.memories(at: path, rewritten: rewritten), current: current, path: path, rewritten: rewritten)
        let isStale = self.lookAround(&work)
        var plan = self.plan(work)
        if isStale || plan.steps.contains(where: \.isLoss) {
            // A file that was renamed or compressed while its folder was listed is in no listing: look once more before
            // it counts as lost.
            self.listings?.removeAll()
            _ = self.lookAround(&work)
            plan = self.plan(work)
        }
        work.kept = Set(plan.steps.compactMap { $0.found.map { work.candidates[$0].identity } })
        self.noteLeftOut(&work)
        for step in plan.steps { self.carryOut(step, &work) }
        self.finish(work)
        return work.files
    }

    private func carryOut(_ step: RotationPlan.Step, _ work: inout PlanWork) {
        switch step {
        case .resume(let found, let index):
            let memory = work.memories[index].remembered
            self.restored.take(memory.identity)
            if work.candidates[found].identity != memory.identity {
                self.readCopy(found, of: index, &work)
                return
            }
            // What stands at the path is the newest, also when files were found that came before it.
            if work.isCurrent(found) && work.hasBegun { work.generation += 1 }
            let generation = work.isCurrent(found) ? work.generation : memory.generation
            self.read(found, at: memory.offset, generation: generation, &work)
        case .readWhole(let found):
            if let file = work.rewritten[work.candidates[found].facts.key], !work.isCurrent(found) {
                self.read(found, at: 0, generation: file.generation, &work)
                return
            }
            work.generation += 1
            work.hasBegun = true
            self.read(found, at: 0, generation: work.generation, &work)
        case .lost(let index, let loss):
            let memory = work.memories[index]
            self.restored.take(memory.remembered.identity)
            work.forget(memory.remembered.identity)
            work.rewritten[memory.key].map { self.finishLines(of: $0) }
            // Where nothing unread was seen although somebody watched, nothing is reported.
            if memory.unread != 0 { work.lose(index, from: memory.position, loss) }
        case .forget(let index):
            let memory = work.memories[index]
            self.restored.take(memory.remembered.identity)
            work.forget(memory.remembered.identity)
            work.rewritten[memory.key].map { self.finishLines(of: $0) }
        }
    }

    /// What stands there and can't be read is lost as soon as something else stands at the path.
    private func noteLeftOut(_ work: inout PlanWork) {
        guard let current = work.current, work.rewritten[current.facts.key] == nil else { return }
        if work.crowd.left > 0 {
            work.opening.gaps.append(
                RotationGap(
                    reason: .crowded, path: work.path, offset: 0, count: work.crowd.bytes,
                    detail: "\(work.crowd.files) rotated files"))
        }
        for neighbour in work.refused where neighbour.facts.size > 0 {
            let isRemembered = work.memories.contains { $0.key == neighbour.facts.key }
            guard !isRemembered, self.isNews(neighbour.facts, work) else { continue }
            work.opening.gaps.append(
                RotationGap(
                    reason: .refused, path: work.path, offset: 0, count: neighbour.facts.size,
                    detail: neighbour.path.text))
        }
    }

    /// Reads on in the copy of a file that was truncated. It may have been made before the file was read on, or written
    /// on.
    private func readCopy(_ found: Int, of index: Int, _ work: inout PlanWork) {
        let (memory, copy) = (work.memories[index], work.candidates[found])
        work.forget(memory.remembered.identity)
        let hasMore = copy.reach > memory.position
        if !hasMore { work.rewritten[memory.key].map { self.finishLines(of: $0) } }
        let offset = hasMore ? memory.remembered.offset : copy.size
        self.read(found, at: offset, generation: memory.remembered.generation, &work)
        guard !copy.isCompressed else { return }
        let end = max(copy.size, memory.position)
        if let unread = memory.unread {
            if memory.position + unread > end { work.lose(index, from: end, .truncated) }
        } else if copy.size < memory.position {
            work.lose(index, from: end, .truncated)
        }
    }

    private func read(_ found: Int, at offset: UInt64, generation: UInt64, _ work: inout PlanWork) {
        let file = self.read(work.candidates[found], as: work.path, at: offset, generation: generation)
        guard let file else { return }
        file.opening.gaps += work.opening.gaps
        file.opening.forgotten += work.opening.forgotten
        work.opening = TailedFile.Opening()
        work.files.append(file)
    }

    /// Lets a file be read from `offset` on: one that is followed already starts over there.
    private func read(
        _ candidate: Candidate, as path: FilePath, at offset: UInt64, generation: UInt64
    ) -> TailedFile? {
        self.restored.take(candidate.identity)
        guard let file = self.filesByKey[candidate.facts.key] else {
            return self.track(candidate, as: path, at: offset, generation: generation)
        }
        if offset == 0 && file.cursor.position == 0 && file.generation == generation && !file.isCopy { return file }
        guard let cursor = offset == 0 ? ReadCursor() : self.probe.cursor(candidate.handle, at: offset) else {
            return nil
        }
        file.restart(at: cursor)
        file.isCopy = false
        file.generation = generation
        file.knownSize = max(candidate.size, cursor.position)
        file.shrinks = 0
        self.noteChanged(file)
        return file
    }

    /// What no file comes after is told at once. Files that hold what is read elsewhere are no longer those they were.
    private func finish(_ work: PlanWork) {
        for gap in work.opening.gaps { self.tell(gap, baseFields: work.path.baseFields) }
        self.forgotten += work.opening.forgotten
        for file in work.rewritten.values
        where file.facts.key != work.current?.facts.key && !work.files.contains(where: { $0 === file }) {
            self.touched.formUnion(self.paths(of: file))
            self.forget(file)
        }
    }
}

/// A `RotationPlan` that is being carried out.
struct PlanWork {
    let memories: [FileTailer.Memory]
    let current: Candidate?
    let path: FilePath
    /// Files that are followed and hold something else by now.
    let rewritten: [FileFacts.Key: TailedFile]
    var candidates: [Candidate] = []
    /// Files that are there and may not be read.
    var refused: [Neighbour] = []
    /// How many rotated files there are, if too many, and how much of them is left unread.
    var crowd: (files: Int, left: Int, bytes: UInt64) = (0, 0, 0)
    /// What the plan reads.
    var kept: Set<FileIdentity> = []
    /// Of the file that was begun last.
    var generation: UInt64
    var hasBegun = false
    /// For the file that comes next.
    var opening = TailedFile.Opening()
    var files: [TailedFile] = []

    init(memories: [FileTailer.Memory], current: Candidate?, path: FilePath, rewritten: [TailedFile]) {
        self.memories = memories
        self.current = current
        self.path = path
        self.rewritten = Dictionary(rewritten.map { ($0.facts.key, $0) }, uniquingKeysWith: { first, _ in first })
        self.generation = memories.map(\.remembered.generation).max() ?? 0
    }

    func isCurrent(_ found: Int) -> Bool { self.candidates[found].facts.key == self.current?.facts.key }

    mutating func lose(_ index: Int, from start: UInt64, _ loss: RotationPlan.Loss) {
        let memory = self.memories[index]
        if let there = self.refused.first(where: { $0.facts.key == memory.key && $0.facts.size >= start }) {
            guard there.facts.size > start else { return }
            self.opening.gaps.append(
                RotationGap(
                    reason: .refused, path: self.path, offset: start, count: there.facts.size - start,
                    detail: there.path.text))
            return
        }
        self.opening.gaps.append(
            RotationGap(
                reason: loss == .truncated ? .truncated : .vanished, path: self.path, offset: start,
                count: memory.unread.map { memory.position + $0 - start }))
    }

    /// Leaves alone what is still read, and whose own checkpoint replaces the old one.
    mutating func forget(_ identity: FileIdentity) {
        if identity != self.current?.identity, !self.kept.contains(identity) {
            self.opening.forgotten.append(identity)
        }
    }
}
