import TailraceCodec
import TailraceEvent

/// Events that wait for further lines: until they have them, their files are in the log only up to their first line.
extension FileTailer {
    func lineContext(of file: TailedFile) -> LineContext {
        LineContext(
            received: .now(), now: self.now(), origin: self.batch.origin(self.origin), fields: file.baseFields)
    }

    /// Remembers a file whose last event waits. Of too many the one that waits for longest goes on without.
    func noteWaiting(_ file: TailedFile) {
        self.lineCounts.add(file.lines.takeCounts())
        guard file.lines.deadline != nil, !file.isWaiting else { return }
        file.isWaiting = true
        self.waiting.append(file)
        guard self.waiting.count > Multiline.maxOpen else { return }
        let oldest = self.waiting.removeFirst()
        oldest.isWaiting = false
        guard !oldest.isForgotten else { return }
        let context = self.lineContext(of: oldest)
        oldest.lines.cutOldest(context, into: &self.batch)
        self.linesLeft(oldest)
    }

    /// Hands on the events that have waited long enough, but not where more was written that is yet to be read.
    func finishDueGroups() throws(SinkClosed) {
        guard let due = self.nextGroupDue, due <= self.now() else { return }
        let waiting = self.waiting
        self.waiting.removeAll(keepingCapacity: true)
        for file in waiting {
            file.isWaiting = false
            guard !file.isForgotten, file.lines.deadline != nil else { continue }
            if !file.isQueued {
                let context = self.lineContext(of: file)
                file.lines.finishDue(context, into: &self.batch)
            }
            self.linesLeft(file)
        }
        try self.flush()
    }

    var nextGroupDue: ContinuousClock.Instant? {
        self.waiting.compactMap { $0.isForgotten ? nil : $0.lines.deadline }.min()
    }

    /// Hands on the events of a file although further lines may come, but not its unfinished last line.
    func finishGroups(of file: TailedFile) {
        guard file.lines.deadline != nil else { return }
        let context = self.lineContext(of: file)
        file.lines.finishGroups(context, into: &self.batch)
        self.linesLeft(file)
    }

    /// Events left the file without anything being read.
    func linesLeft(_ file: TailedFile) {
        let before = file.cursor.offset
        file.cursor.linesEnded(pendingBytes: file.lines.heldSourceBytes)
        if file.cursor.offset != before { self.noteChanged(file) }
        self.noteWaiting(file)
    }
}
