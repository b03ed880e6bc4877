import Glibc

/// The batch that the reader is filling: frames that go out together with the cursor that ends them.
struct JournalBatch {
    private(set) var frames: [UInt8] = []
    /// Entries in it.
    private(set) var entries = 0
    /// Entries read for it, wanted or not.
    var scanned: UInt32 = 0
    /// The last entry that was read has one.
    private var hasMessage = false

    private static let message: StaticString = "MESSAGE="

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

    /// Appends the current entry, if it is wanted; and before it its place, if that is given.
    ///
    /// libsystemd leaves out fields that are damaged, without a word. An entry without a message is looked at closer.
    mutating func scan(
        _ journal: borrowing JournalHandle, _ matcher: inout JournalMatcher, at place: JournalCursor? = nil
    ) throws(JournalFault) {
        let before = self.frames.count
        if let place {
            let start = self.frames.beginFrame(.place)
            self.frames.append(contentsOf: place.text.utf8)
            self.frames.endFrame(start)
        }
        let start = self.frames.beginFrame(.entry)
        var damage: JournalGap?
        do throws(JournalFault) {
            let realtime = try journal.realtime()
            self.frames.appendLittleEndian(realtime)
            self.frames.appendLittleEndian(UInt64(0))
            let cut = try self.appendFields(of: journal, &matcher)
            self.setCut(cut, at: start + JournalWire.headerBytes + 8)
            if !self.hasMessage { damage = try Self.damage(of: journal) }
        } catch {
            self.frames.removeSubrange(before...)
            throw error
        }
        self.scanned += 1
        // What made it wanted may be what is damaged.
        guard matcher.isWanted || damage != nil else {
            self.frames.removeSubrange(before...)
            return
        }
        self.frames.endFrame(start)
        self.entries += 1
        if let damage { self.append(damage) }
    }

    /// Whether fields of the current entry are missing.
    private static func damage(of journal: borrowing JournalHandle) throws(JournalFault) -> JournalGap? {
        let cursor = try journal.cursor()
        var hash = JournalHash()
        try journal.forEachField { hash.take($0) }
        return hash.value == cursor.hash ? nil : .incomplete(cursor)
    }

    mutating func append(_ gap: JournalGap) {
        let start = self.frames.beginFrame(.gap)
        self.frames.appendLittleEndian(gap.count ?? JournalWire.unknownCount)
        for text in [gap.reason, gap.from ?? "", gap.to ?? "", gap.message] { self.frames.appendFrameText(text) }
        self.frames.endFrame(start)
    }

    /// Ends the batch: all its frames and where they end.
    mutating func end(at place: JournalPlace) {
        let start = self.frames.beginFrame(.cursor)
        self.frames.appendLittleEndian(self.scanned)
        self.frames.append(contentsOf: place.text.utf8)
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
        self.hasMessage = false
        try journal.forEachField { data in
            guard let equals = data.firstIndex(ofByte: UInt8(ascii: "=")), equals <= JournalWire.maxNameBytes else {
                cut += UInt64(data.count)
                return
            }
            let count = data.count - equals - 1
            self.hasMessage = self.hasMessage || data.starts(with: Self.message)
            let name = UnsafeRawBufferPointer(rebasing: data[..<equals])
            matcher.see(name: name, value: UnsafeRawBufferPointer(rebasing: data[(equals + 1)...]))
            let room = JournalWire.maxEntryBytes - (self.frames.count - start)
            guard fields < JournalWire.maxFields, equals <= room else {
                cut += UInt64(count)
                return
            }
            fields += 1
            let kept = min(count, JournalWire.maxFieldBytes, room - equals)
            cut += UInt64(count - kept)
            // Both lengths at once: little-endian, two bytes and four.
            let lengths = (UInt64(equals) | UInt64(kept) << 16).littleEndian
            withUnsafeBytes(of: lengths) {
                self.frames.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<JournalWire.fieldHeaderBytes]))
            }
            self.frames.append(contentsOf: UnsafeRawBufferPointer(rebasing: data[..<(equals + 1 + kept)]))
        }
        return cut
    }

    private mutating func setCut(_ cut: UInt64, at offset: Int) {
        guard cut > 0 else { return }
        for index in 0..<8 { self.frames[offset + index] = UInt8(truncatingIfNeeded: cut >> UInt64(8 * index)) }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func firstIndex(ofByte byte: UInt8) -> Int? {
        guard let base = self.baseAddress, let found = memchr(base, Int32(byte), self.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    fileprivate func starts(with text: StaticString) -> Bool {
        guard let base = self.baseAddress, self.count >= text.utf8CodeUnitCount else { return false }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
