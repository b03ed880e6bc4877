import TailraceEvent

/// A line of a container as its runtime has written it down.
///
/// ```
/// cri:    2026-11-22T07:35:12.123456789Z stderr P the beginning of a long line
///         2026-11-22T07:35:12.123456801Z stderr F and its end
/// docker: {"log":"a line\n","stream":"stdout","time":"2026-11-22T07:35:12.123456789Z"}
/// ```
/// CRI tags a piece P and the last one F; Docker's pieces lack the line end.
struct ContainerLine {
    enum Stream: UInt8, Sendable { case stdout, stderr }

    var written: Timestamp
    var stream: Stream
    /// More of the line follows.
    var isPartial: Bool
    /// Where the container's own bytes stand in the line; nil where they had to be unescaped.
    var content: Range<Int>?
    /// What Docker's `labels`, `env` and `tag` options add: a JSON object.
    var attributes: Range<Int>?
}

extension EventDecoder {
    /// The envelope of a line; nil if it has none. Docker's content is in `unwrapped` then.
    mutating func envelope(of line: Span<UInt8>, received: Timestamp, unwrapped: inout [UInt8]) -> ContainerLine? {
        switch self.options.format {
        case .cri: return self.criLine(line, received)
        case .docker: return self.dockerLine(line, received, &unwrapped)
        case .auto:
            guard line.count >= 29 else { return nil }
            if line[0].isDigit { return self.criLine(line, received) }
            guard line.equalsExactly("{\"log\":\"", at: 0..<8) else { return nil }
            return self.dockerLine(line, received, &unwrapped)
        case .plain, .json, .logfmt, .syslog, .clf, .regex: return nil
        }
    }

    private mutating func criLine(_ line: Span<UInt8>, _ received: Timestamp) -> ContainerLine? {
        // The shortest has a time without a fraction: `2026-11-22T07:35:12Z stdout F`.
        guard line.count >= 29, line[10] == UInt8(ascii: "T"), let space = line.index(of: 0x20, from: 19), space < 40
        else { return nil }
        let name = space + 1..<space + 7
        let stream: ContainerLine.Stream
        if line.equalsExactly("stdout", at: name) {
            stream = .stdout
        } else if line.equalsExactly("stderr", at: name) {
            stream = .stderr
        } else {
            return nil
        }
        let tag = name.upperBound + 1
        guard line.has(0x20, at: tag - 1), line.has(UInt8(ascii: "P"), at: tag) || line.has(UInt8(ascii: "F"), at: tag)
        else { return nil }
        // Further tags are to be read over.
        let tagEnd = line.has(UInt8(ascii: ":"), at: tag + 1) ? line.end(of: { $0 != 0x20 }, from: tag) : tag + 1
        guard tagEnd == line.count || line[tagEnd] == 0x20,
            let time = self.heads.times.time(in: line.extracting(0..<space), at: 0, received: received),
            time.end == space
        else { return nil }
        return ContainerLine(
            written: Timestamp(nanoseconds: time.nanoseconds), stream: stream,
            isPartial: line[tag] == UInt8(ascii: "P"), content: min(tagEnd + 1, line.count)..<line.count)
    }

    private mutating func dockerLine(
        _ line: Span<UInt8>, _ received: Timestamp, _ unwrapped: inout [UInt8]
    ) -> ContainerLine? {
        guard line.has(UInt8(ascii: "{"), at: 0), UTF8Text.firstInvalid(in: line) == nil, self.json.scan(line),
            (3...4).contains(self.json.members.count)
        else { return nil }
        var log: Range<Int>?
        var stream: ContainerLine.Stream?
        var time: TimeMatch?
        var attributes: Range<Int>?
        for member in self.json.members {
            let isString = line[member.value.lowerBound] == UInt8(ascii: "\"")
            let inside = isString ? member.value.lowerBound + 1..<member.value.upperBound - 1 : member.value
            if line.equalsExactly("log", at: member.key), isString {
                log = inside
            } else if line.equalsExactly("stream", at: member.key) {
                stream =
                    line.equalsExactly("stdout", at: inside)
                    ? .stdout : line.equalsExactly("stderr", at: inside) ? .stderr : nil
            } else if line.equalsExactly("time", at: member.key), isString {
                let match = self.heads.times.time(
                    in: line.extracting(0..<inside.upperBound), at: inside.lowerBound, received: received)
                time = match.flatMap { $0.end == inside.upperBound ? $0 : nil }
            } else if line.equalsExactly("attrs", at: member.key), line[member.value.lowerBound] == UInt8(ascii: "{") {
                attributes = member.value
            } else {
                return nil
            }
        }
        guard let log, let stream, let time else { return nil }
        unwrapped.clearForReuse()
        JSONString.appendUnescaped(line, log, to: &unwrapped)
        let isPartial = unwrapped.last != 0x0a
        if !isPartial {
            unwrapped.removeLast()
            if unwrapped.last == 0x0d { unwrapped.removeLast() }
        }
        return ContainerLine(
            written: Timestamp(nanoseconds: time.nanoseconds), stream: stream, isPartial: isPartial, content: nil,
            attributes: attributes)
    }
}

/// Lines of containers whose end has not come yet, one for each stream.
struct ContainerPieces: Sendable {
    struct Piece: Sendable {
        var stream: ContainerLine.Stream
        /// Where its first piece begins in the source.
        var start: UInt64
        /// Where its last piece so far ends.
        var end: UInt64
        var written: Timestamp
        var text: [UInt8]
        var truncatedBytes: Int
        var fields: [UInt8]
        var deadline: ContinuousClock.Instant
    }

    /// A runtime writes the pieces of a line one directly after the other; later the container must have died.
    static let patience = Duration.seconds(5)

    private(set) var pieces: [Piece] = []
    /// The fields of a source's lines, without a stream and with each.
    private var plainFields: [UInt8] = []
    private var streamFields: [[UInt8]] = []

    var isEmpty: Bool { self.pieces.isEmpty }
    var start: UInt64? { self.pieces.map(\.start).min() }
    var deadline: ContinuousClock.Instant? { self.pieces.map(\.deadline).min() }

    mutating func removeAll() { self.pieces.removeAll() }

    /// The line that is waiting for more of its stream.
    mutating func take(_ stream: ContainerLine.Stream) -> Piece? {
        self.pieces.firstIndex { $0.stream == stream }.map { self.pieces.remove(at: $0) }
    }

    mutating func take(dueAt now: ContinuousClock.Instant) -> Piece? {
        self.pieces.firstIndex { $0.deadline <= now }.map { self.pieces.remove(at: $0) }
    }

    mutating func takeAny() -> Piece? { self.pieces.isEmpty ? nil : self.pieces.removeFirst() }

    mutating func hold(_ piece: Piece) { self.pieces.append(piece) }

    /// `fields` with the name of the stream, and the attributes if there are any.
    mutating func fields(_ fields: [UInt8], stream: ContainerLine.Stream, attributes: Span<UInt8>) -> [UInt8] {
        if self.streamFields.isEmpty || self.plainFields != fields {
            self.plainFields = fields
            self.streamFields = ["stdout", "stderr"].map { name in
                (fields.isEmpty ? [] : fields + [UInt8(ascii: ",")]) + Array("\"stream\":\"\(name)\"".utf8)
            }
        }
        guard !attributes.isEmpty else { return self.streamFields[Int(stream.rawValue)] }
        var text = self.streamFields[Int(stream.rawValue)]
        text.append(",\"attrs\":")
        JSONString.appendMinified(attributes, 0..<attributes.count, to: &text)
        return text
    }
}

extension ContainerPieces.Piece {
    /// Adds what is kept of a further piece; a line takes no more than any other.
    mutating func append(_ content: Span<UInt8>, truncatedBytes: Int, maxBytes: Int) {
        let room = self.truncatedBytes > 0 ? 0 : min(content.count, max(0, maxBytes - self.text.count))
        self.text.append(content.extracting(0..<room))
        self.truncatedBytes += truncatedBytes + content.count - room
    }
}
