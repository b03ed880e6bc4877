import TailraceEvent

/// What is known of the files that were read at a path.
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
        /// Where reading came to, of which the end may be an unfinished line.
        var position: UInt64
        /// All that was read, as far as it is at hand.
        var beginning: ArraySlice<UInt8> = []
    }

    /// Everything that was read at a path, in this run and before; `rewritten` are those of its files that are followed
    /// and hold something else by now.
    func memories(at path: FilePath, rewritten: [TailedFile]) -> [Memory] {
        let matched = self.matched[path]
        // The latest may be forgotten already, and is still what the next one comes after.
        var files = (matched?.earlier ?? []).filter { !$0.isForgotten && $0 !== matched?.latest }
        files += [matched?.latest].compactMap(\.self)
        for file in rewritten where !files.contains(where: { $0 === file }) { files.append(file) }
        return self.restoredMemories(at: path)
            + files.map { file in
                self.memory(of: file, isFollowed: !rewritten.contains { $0 === file })
            }
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
                    seen: checkpoint.seen, unread: nil, position: checkpoint.offset))
        }
        return memories
    }

    private func memory(of file: TailedFile, isFollowed: Bool) -> Memory {
        file.cursor.anchor()
        let unread = file.knownSize - min(file.knownSize, file.cursor.position)
        return Memory(
            remembered: RotationPlan.Remembered(
                identity: file.identity, generation: file.generation, birth: file.birth,
                offset: file.cursor.offset, isRecognisable: file.cursor.head.length > 0, isDrained: file.isDrained,
                isFollowed: isFollowed, isBehind: unread > 0, name: self.rotatedName(of: file), seen: file.seen),
            head: file.cursor.head, tail: file.cursor.tail, key: file.facts.key, location: file.location,
            seen: file.seen, unread: unread, position: file.cursor.position, beginning: file.cursor.beginning)
    }

    /// What a file is called that was rotated away and is still open.
    private func rotatedName(of file: TailedFile) -> [UInt8]? {
        let location = file.handle.flatMap { self.files.location(of: $0.number) }
        return location.flatMap { $0.name.elementsEqual(file.path.name) ? nil : Array($0.name) }
    }

    /// The files read at a path that hold something else by now, `known` among them: where logs are copied over older
    /// copies, several are at once.
    func rewritten(at path: FilePath, known: TailedFile?) -> [TailedFile] {
        var files = [known].compactMap(\.self)
        if let known, known.handle == nil, let candidate = self.find(known) { self.noteOpened(known, candidate) }
        guard let matched = self.matched[path] else { return files }
        for file in matched.earlier + [matched.latest, matched.current].compactMap(\.self)
        where !files.contains(where: { $0 === file }) && self.isRewritten(file) {
            files.append(file)
        }
        return files
    }

    func isRewritten(_ file: TailedFile) -> Bool {
        // On network file systems a first look may be wrong.
        guard !file.isForgotten, !file.isCopy, !file.isCompressed, !self.watches.isRemote(file.facts),
            let candidate = self.candidate(file) ?? self.changed(file)
        else { return false }
        let cursor = file.cursor
        let isSame =
            file.handle == nil
            ? self.probe.holds(
                candidate.handle, size: candidate.facts.size, offset: cursor.offset, head: cursor.head,
                tail: cursor.tail)
            : self.probe.isStill(candidate.handle, cursor)
        if !isSame && file.handle == nil { self.noteOpened(file, candidate) }
        return !isSame
    }

    /// A closed file that looks changed.
    private func changed(_ file: TailedFile) -> Candidate? {
        guard let facts = try? self.files.facts(of: file.location, followingLinks: false),
            facts.isSameFile(as: file.facts), facts.size != file.knownSize
        else { return nil }
        return self.find(file)
    }
}
