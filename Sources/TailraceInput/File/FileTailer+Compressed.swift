import TailraceCodec

/// Rotated files that were compressed before they were read to their end: the rest is read from what they inflate to.
///
/// Their offsets, anchors and checkpoints are those of the inflated bytes.
extension FileTailer {
    /// Compressed files that hold what a remembered file no longer does, and those that may have stood at the path
    /// since. Where the file itself still stands beside its compressed form, that one is not finished.
    func compressedCandidates(
        _ memories: [Memory], at path: FilePath, besides found: [Candidate], since: Int64
    ) -> [Candidate] {
        let missed = memories.filter { memory in
            !memory.remembered.isFollowed && memory.remembered.isRecognisable
                && !found.contains { self.holds($0, memory) }
        }
        var candidates: [Candidate] = []
        for place in Set([path] + memories.map(\.location)) {
            for neighbour in self.compressedPaths(of: place, in: self.listing(place.directory))
            where candidates.count < Self.maxCompressed {
                guard let facts = try? self.files.facts(of: neighbour, followingLinks: false), facts.kind == .regular,
                    facts.modified >= since || !missed.isEmpty, !found.contains(where: { $0.facts.key == facts.key }),
                    !candidates.contains(where: { $0.facts.key == facts.key }), self.followed(facts) == nil,
                    !self.isBeingCompressed(neighbour, rotationOf: place), let candidate = self.open(neighbour),
                    candidate.isCompressed
                else { continue }
                let mayHold = missed.contains { self.probe.matches(candidate.handle, $0.head) }
                if mayHold || facts.modified >= since { candidates.append(candidate) }
            }
        }
        return candidates
    }

    /// Each holds a descriptor and 100 KiB while it is looked into.
    private static let maxCompressed = 100

    private func compressedPaths(of place: FilePath, in listing: FolderIndex) -> [FilePath] {
        listing.compressed(of: place.name).map { place.directory.appending($0) }.sorted()
    }

    private func isBeingCompressed(_ path: FilePath, rotationOf base: FilePath) -> Bool {
        guard let name = RotatedName.uncompressed(path.name), !name.elementsEqual(base.name) else { return false }
        let facts = try? self.files.facts(of: path.directory.appending(Array(name)), followingLinks: false)
        return facts?.kind == .regular
    }

    private func holds(_ candidate: Candidate, _ memory: Memory) -> Bool {
        self.probe.holds(
            candidate.handle, size: candidate.reach, offset: memory.remembered.offset, head: memory.head,
            tail: memory.tail)
    }

    /// The compressed form of a file that is gone.
    func findCompressed(_ places: [FilePath], _ holds: (Candidate) -> Bool) -> Candidate? {
        for place in Set(places) {
            for path in self.compressedPaths(of: place, in: self.listing(place.directory)) {
                guard let facts = try? self.files.facts(of: path, followingLinks: false), facts.kind == .regular,
                    self.followed(facts) == nil, let candidate = self.open(path), candidate.isCompressed,
                    holds(candidate)
                else { continue }
                return candidate
            }
        }
        return nil
    }

    /// A closed file is gone: goes on in its compressed form, if there is one.
    func goOnCompressed(_ file: TailedFile) -> Bool {
        let cursor = file.cursor
        guard cursor.head.length > 0, !file.isCopy, !file.isDrained, !file.isCompressed else { return false }
        let candidate = self.findCompressed([file.path, file.location]) {
            self.probe.holds(
                $0.handle, size: $0.reach, offset: cursor.offset, head: cursor.head, tail: cursor.tail)
        }
        guard let candidate,
            let next = self.track(candidate, as: file.path, at: cursor.offset, generation: file.generation)
        else { return false }
        next.opening = file.opening
        next.after = file.after
        for other in self.filesByKey.values where other.after === file { other.after = next }
        if self.matched[file.path]?.latest === file { self.matched[file.path]?.setLatest(next) }
        self.touched.formUnion(self.paths(of: file))
        self.forget(file)
        self.noteChanged(next)
        self.startDraining(next)
        return true
    }

    /// A compressed file was read to its end, or as far as it can be: nothing will be written to it.
    func noteInflatedEnd(of file: TailedFile) {
        guard let content = file.handle?.inflated, let end = content.end else { return }
        self.finishLines(of: file)
        self.finishGroups(of: file)
        if let gap = self.gap(end, of: file, content) { self.tell(gap, of: file) }
        self.detached.removeAll { $0 === file }
        file.isDrained = true
        self.noteChanged(file)
        self.close(file)
        self.drained.append(file)
    }

    private func gap(
        _ end: InflatedContent.End, of file: TailedFile, _ content: InflatedContent
    ) -> RotationGap? {
        let offset = file.cursor.position
        let count = content.rest(after: offset)
        switch end {
        case .complete: return nil
        case .damaged(let detail):
            return RotationGap(
                reason: .damaged, path: file.path, offset: offset, count: count,
                detail: "\(file.location.text): \(detail)")
        case .limit(let detail):
            self.context.status.update { $0.inflateLimits += 1 }
            return RotationGap(
                reason: .limit, path: file.path, offset: offset, count: count,
                detail: "\(file.location.text): \(detail)")
        }
    }
}

extension Candidate {
    var isCompressed: Bool { self.handle.inflated != nil }
    /// Bytes of content, as far as known.
    var size: UInt64 { self.handle.inflated.map { $0.sizeHint ?? 0 } ?? self.facts.size }
    /// No more bytes of content than this can be in it.
    var reach: UInt64 { self.isCompressed ? .max : self.facts.size }
}
