package import TailraceEvent

/// What holds for all lines of one piece of a source.
package struct LineContext {
    package var received: Timestamp
    package var now: ContinuousClock.Instant
    /// Of the source, in the batch that is being filled.
    package var origin: UInt16
    /// The inside of a JSON object that comes first in the fields of all events: `"file":"/var/log/x"`.
    package var fields: [UInt8]

    package init(received: Timestamp, now: ContinuousClock.Instant, origin: UInt16, fields: [UInt8]) {
        self.received = received
        self.now = now
        self.origin = origin
        self.fields = fields
    }
}

/// From the bytes of one file or connection to events: cuts lines, takes them out of a container's envelope, decodes
/// them and joins those that belong together.
package struct LineReader: Sendable {
    private var framer: SourceFramer
    private var assembly: LineAssembly

    /// - Parameter isOrdered: the source can be read again, so events leave in the order of their lines and
    ///   `heldSourceBytes` tells where to go on; joined events then name the places of their lines.
    /// - Parameter encoding: of the source; nil to go by its byte order mark.
    package init(options: CodecOptions, isOrdered: Bool, encoding: TextEncoding? = .utf8) {
        self.framer = SourceFramer(maxLineBytes: options.maxLineBytes, declared: encoding)
        self.assembly = LineAssembly(options: options, isOrdered: isOrdered)
    }

    /// Appends the events that `bytes` complete.
    package mutating func take(_ bytes: Span<UInt8>, _ context: LineContext, into batch: inout EventBatch) {
        self.framer.feed(bytes) { line, info in self.assembly.take(line, info, context, into: &batch) }
        self.assembly.write(context, into: &batch)
    }

    /// Ends the unfinished line, of which `lost` bytes were cut off before they came here; groups go on.
    /// - Returns: false if there was none.
    @discardableResult
    package mutating func finishLine(
        lost: Int = 0, _ context: LineContext, into batch: inout EventBatch
    ) -> Bool {
        var found = false
        self.framer.finish { line, info in
            found = true
            var info = info
            info.truncatedBytes += lost
            info.sourceBytes += lost
            self.assembly.take(line, info, context, into: &batch)
        }
        self.assembly.write(context, into: &batch)
        return found
    }

    /// Ends all that is unfinished: nothing more will come.
    package mutating func finish(_ context: LineContext, into batch: inout EventBatch) {
        self.finishLine(context, into: &batch)
        self.assembly.finish(context, into: &batch)
    }

    /// Ends the groups, but not the unfinished line.
    package mutating func finishGroups(_ context: LineContext, into batch: inout EventBatch) {
        self.assembly.finish(context, into: &batch)
    }

    /// Ends the groups that have waited long enough at `context.now`.
    package mutating func finishDue(_ context: LineContext, into batch: inout EventBatch) {
        self.assembly.finishDue(context, into: &batch)
    }

    /// Ends the group that is open for longest, because the input has too many.
    package mutating func cutOldest(_ context: LineContext, into batch: inout EventBatch) {
        self.assembly.cutOldest(context, into: &batch)
    }

    /// Forgets what is unfinished: the next byte is the source's byte number `offset`, and the first of a line.
    ///
    /// - Parameter mark: the encoding that the source's byte order mark names, if it has one.
    package mutating func restart(at offset: UInt64, mark: TextEncoding? = nil) {
        self.framer.restart(isAtStart: offset == 0, encoding: mark)
        self.assembly.restart(at: offset)
    }

    /// What the source is encoded in; nil as long as that is not known.
    package var encoding: TextEncoding? { self.framer.encoding }

    /// The next byte belongs to a line that was begun.
    package var isInLine: Bool { self.framer.pendingSourceBytes > 0 }

    /// When `finishDue` has something to do.
    package var deadline: ContinuousClock.Instant? { self.assembly.deadline }
    package var openGroups: Int { self.assembly.openGroups }

    /// Bytes taken that are in no event yet, and all behind them: who starts anew goes on so many bytes earlier.
    package var heldSourceBytes: Int { self.framer.pendingSourceBytes + self.assembly.heldBytes }

    package mutating func takeCounts() -> LineCounts { self.assembly.takeCounts() }
}
