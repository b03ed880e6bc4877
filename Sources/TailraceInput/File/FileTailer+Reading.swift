import Logging
import TailraceCodec
import TailraceEvent

extension FileTailer {
    /// Puts a file in the queue of files to read.
    func enqueue(_ file: TailedFile) {
        guard !file.isQueued, !file.isForgotten, !(file.isCompressed && file.isDrained) else { return }
        file.isQueued = true
        self.queue.append(file)
    }

    /// Gives every waiting file its share.
    func readRound() throws(SinkClosed) {
        let waiting = self.queue
        self.queue.removeAll(keepingCapacity: true)
        for file in waiting {
            if self.context.stop.isStopped { return }
            file.isQueued = false
            if file.isForgotten || file.isCopy { continue }
            if let before = file.after, before.isQueued, !before.isForgotten {
                self.noteSize(of: file)
                self.enqueue(file)
                continue
            }
            // What the next file begins does not go on in the one before.
            if let before = file.after, !before.isForgotten { self.finishGroups(of: before) }
            file.after = nil
            try self.readShare(of: file)
        }
        try self.flush()
    }

    private func readShare(of file: TailedFile) throws(SinkClosed) {
        self.tellOpening(of: file)
        guard self.reopen(file) else { return }
        var left = self.shareBytes
        while left > 0 {
            switch self.readChunk(of: file) {
            case .read(let count):
                left -= count
                if self.batch.weight >= Self.batchWeight { try self.flush() }
            case .end:
                self.noteInflatedEnd(of: file)
                return
            case .rewritten:
                self.noteRewritten(file)
                return
            case .failed(let error):
                self.noteFailure(error, of: file)
                return
            }
        }
        self.noteSize(of: file)
        self.enqueue(file)
    }

    /// Remembers how much there is to read, so that its loss could be told.
    private func noteSize(of file: TailedFile) {
        guard !file.isCompressed, let handle = file.handle, let facts = try? self.files.facts(of: handle.number)
        else { return }
        file.knownSize = max(facts.size, file.cursor.position)
    }

    private enum Outcome {
        /// So many new bytes, and perhaps more behind them.
        case read(Int)
        case end
        /// Not what was read before stands before our position.
        case rewritten
        case failed(SystemError)
    }

    private func readChunk(of file: TailedFile) -> Outcome {
        guard let handle = file.handle else { return .end }
        let wanted = file.cursor.position - file.cursor.readOffset + UInt64(self.chunkBytes)
        let count: Int
        do throws(SystemError) {
            count = try handle.read(into: &self.buffer, count: Int(wanted), at: file.cursor.readOffset)
        } catch {
            return .failed(error)
        }
        guard let known = file.cursor.known(in: self.buffer.span.extracting(0..<count)) else {
            return self.isConfirmed(file) ? .rewritten : .end
        }
        file.shrinks = 0
        if !self.problems.byPath.isEmpty { self.problems.clear(file.path) }
        guard known < count else { return .end }
        let isAll = UInt64(count) < wanted
        switch self.piece(self.buffer.span.extracting(known..<count), of: file, handle) {
        case .text(let length):
            self.takeText(known..<known + length, of: file)
            return isAll && known + length == count ? .end : .read(length)
        case .hole(let length):
            self.pass(length, of: file, handle)
            return isAll && known + length == count ? .end : .read(length)
        case .openEnd:
            file.knownSize = file.cursor.position
            return .end
        }
    }

    private func takeText(_ fresh: Range<Int>, of file: TailedFile) {
        self.tellHole(of: file)
        if file.cursor.position == 0 { self.noteEncoding(of: file, self.buffer.span.extracting(fresh)) }
        let before = file.cursor.offset
        file.cursor.advance(over: self.buffer.span.extracting(0..<fresh.upperBound))
        self.decode(fresh, of: file)
        if file.renamedAt != nil, !self.renamed.contains(where: { $0 === file }) { self.renamed.append(file) }
        file.knownSize = max(file.knownSize, file.cursor.position)
        file.lastRead = self.now()
        if file.cursor.offset != before { self.noteChanged(file) }
    }

    /// On network file systems the size comes from a cache that may be older than the last read: only the second sight
    /// of a truncation counts.
    private func isConfirmed(_ file: TailedFile) -> Bool {
        guard self.watches.isRemote(file.facts) else { return true }
        file.shrinks += 1
        return file.shrinks > 1
    }

    private func decode(_ fresh: Range<Int>, of file: TailedFile) {
        let context = self.lineContext(of: file)
        file.lines.take(self.buffer.span.extracting(fresh), context, into: &self.batch)
        self.batchBytes += fresh.count
        file.cursor.linesEnded(pendingBytes: file.lines.heldSourceBytes)
        self.noteWaiting(file)
    }

    /// Tells what is unfinished at the end of a file, since nothing more will come behind it.
    func finishLines(of file: TailedFile) {
        self.tellHole(of: file)
        guard file.lines.heldSourceBytes > 0 else { return }
        var context = self.lineContext(of: file)
        context.fields.append(",\"no_newline\":true")
        file.lines.finish(context, into: &self.batch)
        self.linesLeft(file)
    }

    private func tellOpening(of file: TailedFile) {
        for gap in file.opening.gaps { self.tell(gap, of: file) }
        self.forgotten += file.opening.forgotten
        file.opening = TailedFile.Opening()
    }

    func tell(_ gap: RotationGap, of file: TailedFile) {
        self.tell(gap, baseFields: file.baseFields)
    }

    func tell(_ gap: RotationGap, baseFields: [UInt8]) {
        self.context.logger.warning(
            gap.reason == .hole ? "a file has a hole" : "part of a file was lost",
            metadata: ["reason": "\(gap.sourceGap.message)"])
        self.batch.append(
            gap.sourceGap, origin: self.batch.origin(self.origin), at: Timestamp.now(), baseFields: baseFields)
        self.lineCounts.told += 1
    }

    /// The file's checkpoint goes with the next batch.
    func noteChanged(_ file: TailedFile) {
        guard !file.isChanged else { return }
        file.isChanged = true
        self.changed.append(file)
    }

    /// Hands over what was read, with the checkpoints it leads to.
    func flush() throws(SinkClosed) {
        guard !self.batch.isEmpty || !self.changed.isEmpty || !self.forgotten.isEmpty else { return }
        let checkpoints = self.takeCheckpoints()
        let full = self.batch
        self.batch = EventBatch()
        try self.sink.submit(full, checkpoints: checkpoints)
        self.lastSubmit = self.now()
        self.lastSubmitEvents = full.count
        self.isStatusStale = true
        self.context.status.counted(
            events: full.count, bytes: self.batchBytes, self.lineCounts, at: Timestamp.now())
        self.batchBytes = 0
        self.lineCounts = LineCounts()
    }

    private func takeCheckpoints() -> [Checkpoint] {
        let input = self.context.name
        var checkpoints: [Checkpoint] = []
        var written: Set<FileIdentity> = []
        for file in self.changed {
            file.isChanged = false
            guard !file.isForgotten else { continue }
            checkpoints.append(Checkpoint(input: input, key: file.identity.text, value: file.checkpoint().encoded))
            written.insert(file.identity)
        }
        self.changed.removeAll(keepingCapacity: true)
        // A file that was lost and one written anew can share an identity: then the new one's checkpoint stays.
        for identity in self.forgotten where !written.contains(identity) {
            checkpoints.append(Checkpoint(input: input, key: identity.text, value: nil))
        }
        self.forgotten.removeAll()
        return checkpoints
    }

    /// Writes down that the input has started, and where in every file, before anything is read.
    func markStart() throws(SinkClosed) {
        self.isFirstStart = false
        var checkpoints = [
            Checkpoint(
                input: self.context.name, key: RestoredCheckpoints.startKey,
                value: RestoredCheckpoints.startValue(at: Timestamp.now().nanoseconds))
        ]
        for file in self.filesByKey.values {
            checkpoints.append(
                Checkpoint(input: self.context.name, key: file.identity.text, value: file.checkpoint().encoded))
        }
        try self.sink.submit(EventBatch(), checkpoints: checkpoints)
    }

    var origin: Origin { Origin(source: self.context.name, host: self.context.host) }
}
