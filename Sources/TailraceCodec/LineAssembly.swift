import TailraceEvent

/// What happens to whole lines: unwrapping, decoding, joining. Apart from the framer, which calls it.
struct LineAssembly: Sendable {
    private let maxLineBytes: Int
    private let timeout: Duration
    private let unwraps: Bool
    private let isOrdered: Bool
    private var decoder: EventDecoder
    private var pieces = ContainerPieces()
    private var joiner: EventJoiner
    private let joins: Bool
    private var scratch = EventBatch()
    private var unwrapped: [UInt8] = []
    private var counts = LineCounts()
    /// Events in the making at the last asking.
    private var heldBefore = 0
    /// Where the next line begins in the source.
    private var position: UInt64 = 0

    init(options: CodecOptions, isOrdered: Bool) {
        self.maxLineBytes = options.maxLineBytes
        self.timeout = options.multiline?.timeout ?? Multiline.defaultTimeout
        self.unwraps = options.format.unwrapsContainers
        self.isOrdered = isOrdered
        self.decoder = EventDecoder(options: options)
        self.joiner = EventJoiner(rules: options.multiline, isOrdered: isOrdered)
        self.joins = options.multiline != nil
    }

    // MARK: lines

    mutating func take(_ line: Span<UInt8>, _ info: LineInfo, _ context: LineContext, into batch: inout EventBatch) {
        let start = self.position
        self.position += UInt64(info.sourceBytes)
        self.counts.lines += 1
        if info.truncatedBytes > 0 { self.counts.truncated += 1 }
        let text = Text(
            start: start, end: self.position, truncatedBytes: info.truncatedBytes, received: context.received)
        guard self.unwraps else { return self.takeText(line, text, context, into: &batch) }
        var unwrapped: [UInt8] = []
        swap(&unwrapped, &self.unwrapped)
        if let envelope = self.decoder.envelope(of: line, received: context.received, unwrapped: &unwrapped) {
            let attributes = line.extracting(envelope.attributes ?? 0..<0)
            if let content = envelope.content {
                self.takeContent(line.extracting(content), envelope, attributes, text, context, into: &batch)
            } else {
                self.takeContent(unwrapped.span, envelope, attributes, text, context, into: &batch)
            }
        } else {
            self.takeText(line, text, context, into: &batch)
        }
        swap(&unwrapped, &self.unwrapped)
    }

    /// What is known of a text beside its bytes.
    private struct Text {
        var start: UInt64
        var end: UInt64
        var truncatedBytes: Int
        var received: Timestamp
        var written: Timestamp?
        var fields: [UInt8]?
        var stream: [UInt8] = []
    }

    private mutating func takeContent(
        _ content: Span<UInt8>, _ envelope: ContainerLine, _ attributes: Span<UInt8>, _ text: Text,
        _ context: LineContext, into batch: inout EventBatch
    ) {
        var text = text
        text.stream = [envelope.stream.rawValue]
        if var piece = self.pieces.take(envelope.stream) {
            self.counts.joined += 1
            piece.append(content, truncatedBytes: text.truncatedBytes, maxBytes: self.maxLineBytes)
            piece.deadline = context.now + ContainerPieces.patience
            piece.end = text.end
            if envelope.isPartial { return self.pieces.hold(piece) }
            text.start = piece.start
            text.truncatedBytes = piece.truncatedBytes
            text.written = piece.written
            text.fields = piece.fields
            return self.takeText(piece.text.span, text, context, into: &batch)
        }
        text.written = envelope.written
        let fields = self.pieces.fields(context.fields, stream: envelope.stream, attributes: attributes)
        text.fields = fields
        guard envelope.isPartial else { return self.takeText(content, text, context, into: &batch) }
        var piece = ContainerPieces.Piece(
            stream: envelope.stream, start: text.start, end: text.end, written: envelope.written, text: [],
            truncatedBytes: 0, fields: fields, deadline: context.now + ContainerPieces.patience)
        piece.append(content, truncatedBytes: text.truncatedBytes, maxBytes: self.maxLineBytes)
        self.pieces.hold(piece)
    }

    private mutating func takeText(
        _ line: Span<UInt8>, _ text: Text, _ context: LineContext, isUnfinished: Bool = false,
        into batch: inout EventBatch
    ) {
        let mustWait = self.isOrdered && (!self.pieces.isEmpty || !self.joiner.isEmpty)
        guard self.joins || mustWait || isUnfinished else {
            self.decoder.decode(
                line, info: LineInfo(sourceBytes: 0, truncatedBytes: text.truncatedBytes), received: text.received,
                written: text.written, origin: context.origin, baseFields: text.fields ?? context.fields, into: &batch)
            return
        }
        self.scratch.removeAll()
        let origin = self.scratch.origin(batch.origins[Int(context.origin)])
        self.decoder.decode(
            line, info: LineInfo(sourceBytes: 0), received: text.received, written: text.written, origin: origin,
            baseFields: text.fields ?? context.fields, keepsRaw: false, into: &self.scratch)
        let nature = self.decoder.nature
        if nature.isWhole, !nature.isRepaired, text.truncatedBytes == 0, self.joiner.isEmpty, self.pieces.isEmpty {
            return batch.append(self.scratch)
        }
        let held = TextLine(
            start: text.start, end: text.end, received: text.received, now: context.now,
            deadline: context.now + self.timeout, truncatedBytes: text.truncatedBytes, nature: nature,
            raw: nature.isVerbatim && !nature.isRepaired ? [] : line.array)
        if isUnfinished {
            self.joiner.take(unfinished: held, of: self.scratch)
        } else {
            self.joiner.take(held, of: self.scratch, stream: self.key(text.stream, context))
        }
        self.write(context, into: &batch)
    }

    /// Who writes: a container's stream or, in a socket of many senders, one of them.
    private func key(_ stream: [UInt8], _ context: LineContext) -> [UInt8] {
        self.isOrdered ? stream : stream + context.fields
    }

    // MARK: the end of groups

    /// Appends what is complete.
    mutating func write(_ context: LineContext, into batch: inout EventBatch) {
        if self.joiner.isEmpty { return }
        self.joiner.write(before: self.pieces.start, origin: context.origin, to: &batch)
    }

    mutating func finish(_ context: LineContext, into batch: inout EventBatch) {
        while let piece = self.pieces.takeAny() { self.tell(piece, context, into: &batch) }
        self.joiner.closeAll()
        self.write(context, into: &batch)
    }

    mutating func finishDue(_ context: LineContext, into batch: inout EventBatch) {
        while let piece = self.pieces.take(dueAt: context.now) { self.tell(piece, context, into: &batch) }
        self.joiner.close(dueAt: context.now)
        self.write(context, into: &batch)
    }

    mutating func cutOldest(_ context: LineContext, into batch: inout EventBatch) {
        self.joiner.cutOldest()
        self.write(context, into: &batch)
    }

    private mutating func tell(_ piece: ContainerPieces.Piece, _ context: LineContext, into batch: inout EventBatch) {
        let text = Text(
            start: piece.start, end: piece.end, truncatedBytes: piece.truncatedBytes, received: context.received,
            written: piece.written, fields: piece.fields)
        self.takeText(piece.text.span, text, context, isUnfinished: true, into: &batch)
    }

    mutating func restart(at offset: UInt64) {
        self.counts.drop(.restart, self.held)
        self.position = offset
        self.pieces.removeAll()
        self.joiner.removeAll()
    }

    var deadline: ContinuousClock.Instant? {
        guard let pieces = self.pieces.deadline else { return self.joiner.deadline }
        return self.joiner.deadline.map { min($0, pieces) } ?? pieces
    }

    var openGroups: Int { self.joiner.openGroups + self.pieces.pieces.count }

    var heldBytes: Int {
        guard let start = [self.pieces.start, self.joiner.start].compactMap(\.self).min() else { return 0 }
        return Int(self.position - start)
    }

    /// Events in the making.
    private var held: Int { self.joiner.count + self.pieces.pieces.count }

    mutating func takeCounts() -> LineCounts {
        var counts = LineCounts()
        swap(&counts, &self.counts)
        self.joiner.takeCounts(into: &counts)
        counts.waiting = self.held - self.heldBefore
        self.heldBefore = self.held
        return counts
    }
}

extension Span<UInt8> {
    fileprivate var array: [UInt8] { self.withUnsafeBufferPointer { Array($0) } }
}
