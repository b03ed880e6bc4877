/// The batch that the reader is filling: frames that go out together with the cursor that ends them.
struct JournalBatch {
    private(set) var frames: [UInt8] = []
    /// Entries in it.
    private(set) var entries = 0
    /// Entries read for it, wanted or not.
    var scanned: UInt32 = 0

    /// Read for one batch at most, so that a filter that matches nothing still saves its place.
    static let maxScanned: UInt32 = 16_384

    var isFull: Bool {
        self.entries >= JournalWire.maxBatchEntries || self.frames.count >= JournalWire.maxBatchBytes
            || self.scanned >= Self.maxScanned
    }

    /// Nothing in it that the relay waits for.
    var isQuiet: Bool { self.frames.isEmpty }

    mutating func clear() {
        self.frames.removeAll(keepingCapacity: self.frames.capacity <= 2 * JournalWire.maxBatchBytes)
        self.entries = 0
        self.scanned = 0
    }

    /// Appends the current entry, if it is wanted.
    mutating func scan(_ journal: borrowing JournalHandle, _ matcher: inout JournalMatcher) throws(JournalFault) {
        let start = self.frames.beginFrame(.entry)
        do throws(JournalFault) {
            let realtime = try journal.realtime()
            self.frames.appendLittleEndian(realtime)
            self.frames.appendLittleEndian(UInt64(0))
            let cut = try self.appendFields(of: journal, &matcher)
            self.setCut(cut, at: start + JournalWire.headerBytes + 8)
        } catch {
            self.frames.removeSubrange(start...)
            throw error
        }
        self.scanned += 1
        guard matcher.isWanted else {
            self.frames.removeSubrange(start...)
            return
        }
        self.frames.endFrame(start)
        self.entries += 1
    }

    mutating func append(_ gap: JournalGap) {
        let start = self.frames.beginFrame(.gap)
        self.frames.appendLittleEndian(gap.count ?? JournalWire.unknownCount)
        for text in [gap.reason, gap.from ?? "", gap.to ?? "", gap.message] { self.frames.appendFrameText(text) }
        self.frames.endFrame(start)
    }

    /// Ends the batch: all its frames and the cursor.
    mutating func end(at cursor: JournalCursor) {
        let start = self.frames.beginFrame(.cursor)
        self.frames.appendLittleEndian(self.scanned)
        self.frames.append(contentsOf: cursor.text.utf8)
        self.frames.endFrame(start)
    }

    /// - Returns: bytes that did not fit.
    private mutating func appendFields(
        of journal: borrowing JournalHandle, _ matcher: inout JournalMatcher
    ) throws(JournalFault) -> UInt64 {
        let start = self.frames.count
        var fields = 0
        var cut: UInt64 = 0
        matcher.begin()
        try journal.forEachField { data in
            guard let equals = data.firstIndex(of: UInt8(ascii: "=")), equals <= JournalWire.maxNameBytes else {
                cut += UInt64(data.count)
                return
            }
            let name = UnsafeRawBufferPointer(rebasing: data[..<equals])
            let value = UnsafeRawBufferPointer(rebasing: data[(equals + 1)...])
            matcher.see(name: name, value: value)
            let room = JournalWire.maxEntryBytes - (self.frames.count - start)
            guard fields < JournalWire.maxFields, name.count <= room else {
                cut += UInt64(value.count)
                return
            }
            fields += 1
            let kept = min(value.count, JournalWire.maxFieldBytes, room - name.count)
            cut += UInt64(value.count - kept)
            self.frames.appendLittleEndian(UInt16(name.count))
            self.frames.appendLittleEndian(UInt32(kept))
            self.frames.append(contentsOf: name)
            self.frames.append(contentsOf: value[..<kept])
        }
        return cut
    }

    private mutating func setCut(_ cut: UInt64, at offset: Int) {
        guard cut > 0 else { return }
        for index in 0..<8 { self.frames[offset + index] = UInt8(truncatingIfNeeded: cut >> UInt64(8 * index)) }
    }
}
