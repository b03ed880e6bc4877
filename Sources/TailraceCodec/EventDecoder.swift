package import TailraceEvent

/// Turns lines into events; one per file or connection, since `auto` learns the format of its origin.
///
/// Nothing of a line is lost, it goes either into the message or into the fields:
///
/// | the line is | message | fields |
/// |---|---|---|
/// | plain text | the line as it is | – |
/// | a JSON object, logfmt | its message member, unescaped; the line if it has none | its other members, in order |
/// | syslog | what follows the header | `host` (if not the event's) `identifier pid msgid facility sd` |
/// | an access log's | the line as it is | `client ident user method path protocol status bytes referer agent` |
/// | matched by a pattern | its group `message`; the line if it has none | its other named groups |
/// | not UTF-8 | with U+FFFD for each ill-formed part | `raw_base64`: the line, exactly |
/// | over the limit | what was kept | `truncated_bytes`: how much was not |
///
/// The time and level of plain text are read at its start and left standing there. Members and headers that became the
/// event's time or level are no fields, but a level whose spelling says more than its name (`fatal`, 35) is both.
package struct EventDecoder: Sendable {
    let options: CodecOptions
    /// Whether the host in a syslog header becomes the event's, as where other hosts' messages come in; otherwise it is
    /// a field.
    package var takesHostFromHeader = false
    var heads: LineHeadReader
    var json = JSONScanner()
    var inner = JSONScanner()
    var logfmt = LogfmtScanner()
    var fields = FieldWriter()
    /// The message, where it is not a part of the line.
    var unescaped: [UInt8] = []
    var habits = OriginHabits()
    /// What the line decoded last turned out to be.
    var nature = LineNature()
    private var repaired: [UInt8] = []

    package init(options: CodecOptions) {
        self.options = options
        self.heads = LineHeadReader(times: TimeReader(zone: options.timeZone, formats: options.timeFormats))
    }

    /// Appends one event for `line` to `batch`.
    ///
    /// `baseFields` (the inside of a JSON object, e.g. `"file":"/var/log/x"`) come first in its fields. `written` is
    /// when a container's runtime took the line: more exact than what a text says at its start. Without `keepsRaw`, who
    /// calls keeps the bytes of a line that is not UTF-8.
    package mutating func decode(
        _ line: Span<UInt8>, info: LineInfo, received: Timestamp, written: Timestamp? = nil, origin: UInt16,
        baseFields: [UInt8], keepsRaw: Bool = true, into batch: inout EventBatch
    ) {
        self.fields.begin(with: baseFields)
        self.nature.reset(isEnveloped: written != nil)
        let place = Place(received: received, written: written, origin: origin)
        if let invalid = UTF8Text.firstInvalid(in: line) {
            self.decodeRepaired(line, firstInvalid: invalid, place, keepsRaw: keepsRaw, into: &batch)
        } else {
            self.decodeText(line, place, into: &batch)
        }
        if info.truncatedBytes > 0 { batch.appendTruncation(info.truncatedBytes) }
    }

    private mutating func decodeRepaired(
        _ line: Span<UInt8>, firstInvalid: Int, _ place: Place, keepsRaw: Bool, into batch: inout EventBatch
    ) {
        var text: [UInt8] = []
        swap(&text, &self.repaired)
        text.clearForReuse()
        UTF8Text.appendRepaired(line, firstInvalid: firstInvalid, to: &text)
        self.decodeText(text.span, place, into: &batch)
        swap(&text, &self.repaired)
        self.nature.isRepaired = true
        guard keepsRaw else { return }
        self.fields.begin(with: [])
        self.fields.rawBase64(line)
        batch.appendFieldsToLast(self.fields.bytes.span)
    }

    private mutating func decodeText(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) {
        let isDecoded =
            switch self.options.format {
            case .plain: false
            case .json: self.decodeJSON(line, place, into: &batch)
            case .logfmt: self.decodeLogfmt(line, pairsPerBareWord: 1, minPairs: 1, place, into: &batch)
            case .clf: self.decodeAccessLog(line, place, into: &batch)
            case .regex: self.decodePattern(line, place, into: &batch)
            case .syslog: self.decodeSyslog(line, place, into: &batch)
            case .auto, .cri, .docker: self.decodeAuto(line, place, into: &batch)
            }
        if !isDecoded { self.decodePlain(line, place, into: &batch) }
    }

    /// Where and when a line arrived.
    struct Place {
        var received: Timestamp
        /// When its container's runtime took it.
        var written: Timestamp?
        var origin: UInt16
    }

    // MARK: text

    mutating func decodePlain(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) {
        self.decodePlain(line, known: LineHead(), from: 0, place, into: &batch)
    }

    /// The line as it is; `head` is what its bytes before `start` told.
    mutating func decodePlain(
        _ line: Span<UInt8>, known head: LineHead, from start: Int, _ place: Place, into batch: inout EventBatch
    ) {
        var head = head
        var start = start
        if start == 0, let priority = SyslogPriority(line) {
            head.level = priority.level
            start = priority.end
        }
        head = self.heads.read(line, from: start, known: head, received: place.received)
        self.nature.isVerbatim = true
        self.nature.hasTime = head.time != nil
        self.nature.hasHead = self.nature.hasHead || head.time != nil || head.level != nil
        if place.written != nil { head.time = nil }
        self.append(line, head, place, into: &batch)
    }

    func append(_ message: Span<UInt8>, _ head: LineHead, _ place: Place, into batch: inout EventBatch) {
        batch.append(
            time: head.time.map { Timestamp(nanoseconds: $0) } ?? place.written ?? place.received,
            received: place.received, level: head.level ?? self.options.level, origin: place.origin, message: message,
            fields: self.fields.bytes.span)
    }
}

/// What decoding a line has told about its place among others.
struct LineNature: Sendable {
    /// JSON, logfmt, an access log's line: complete, nothing belongs to it.
    var isWhole = false
    /// The pattern of the configuration has matched: a record begins.
    var isMatched = false
    /// Its text begins with a time.
    var hasTime = false
    /// A logger or a log's transport wrote something in front of it, so that what follows may belong to it.
    var hasHead = false
    /// It is not UTF-8.
    var isRepaired = false
    /// Its message is the line itself.
    var isVerbatim = false
    /// Who of several writers in one source wrote it, as far as a header says: its host, name and process.
    var writer: [UInt8] = []

    mutating func reset(isEnveloped: Bool) {
        self.isWhole = false
        self.isMatched = false
        self.hasTime = false
        self.hasHead = isEnveloped
        self.isRepaired = false
        self.isVerbatim = false
        self.writer.removeAll(keepingCapacity: true)
    }
}

extension EventBatch {
    mutating func appendTruncation(_ bytes: Int) {
        var member: [UInt8] = []
        member.append("\"truncated_bytes\":")
        member.appendDecimal(Int64(bytes))
        self.appendFieldsToLast(member.span)
    }
}
