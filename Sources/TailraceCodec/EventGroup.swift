import TailraceEvent

/// Lines that are becoming one event.
struct EventGroup: Sendable {
    /// Who writes them; lines of different writers never meet.
    var key: [UInt8]
    let keyHash: Int
    /// Where its first line begins in the source.
    let start: UInt64
    /// By which number each of its lines is found in the source: where it begins, or its own.
    private(set) var numbers: [UInt64]
    /// Whose numbers they are, and the event's origin, where a line says so itself.
    private let entry: TextLine.Entry?
    /// Where its last line ends.
    private(set) var end: UInt64
    let time: Timestamp
    let received: Timestamp
    let level: Level?
    private(set) var message: [UInt8]
    let fields: [UInt8]
    /// The lines exactly, from where they differ from the message.
    private var raw: [UInt8]?
    private var isRepaired: Bool
    private var truncatedBytes: Int
    var state: StackTraceState
    /// Which part of a longer group it is, from 1.
    private(set) var part = 1
    /// Why it ended before its lines did.
    var cut: Cut?
    /// False as soon as no line can be added.
    var isOpen: Bool
    var deadline: ContinuousClock.Instant
    let begun: ContinuousClock.Instant

    /// The limits that a group can meet.
    enum Cut: String, Sendable, CaseIterable {
        case lines = "max_lines"
        case bytes = "max_bytes"
        /// Too many groups were open, or too much waited behind it.
        case open = "max_open"
        /// A container's runtime began a line and never ended it.
        case unfinished
    }

    var lines: Int { self.numbers.count }
    /// What it weighs in memory, roughly.
    var weight: Int { self.message.count + self.fields.count + (self.raw?.count ?? 0) + 8 * self.numbers.count + 200 }

    init(_ line: TextLine, of scratch: EventBatch, key: [UInt8], keyHash: Int, state: StackTraceState, part: Int = 1) {
        let record = scratch.records[scratch.count - 1]
        self.key = key
        self.keyHash = keyHash
        self.start = line.start
        self.numbers = [line.number]
        self.entry = line.entry
        self.end = line.end
        self.time = Timestamp(nanoseconds: record.time)
        self.received = Timestamp(nanoseconds: record.received)
        self.level = Level(rawValue: record.level)
        self.message = Array(scratch.bytes[record.messageRange])
        self.fields = Array(scratch.bytes[record.fieldsRange])
        self.raw = line.isVerbatim ? nil : line.raw
        self.isRepaired = line.isRepaired
        self.truncatedBytes = line.truncatedBytes
        self.state = state
        self.part = part
        self.isOpen = true
        self.deadline = line.deadline
        self.begun = line.now
    }

    /// The next part of a group that has met a limit: with its time, level and fields.
    init(part line: TextLine, text: Span<UInt8>, after group: EventGroup) {
        self.key = group.key
        self.keyHash = group.keyHash
        self.start = line.start
        self.numbers = [line.number]
        self.entry = line.entry
        self.end = line.end
        self.time = group.time
        self.received = line.received
        self.level = group.level
        self.message = []
        self.message.append(text)
        self.fields = group.fields
        self.raw = line.isVerbatim ? nil : line.raw
        self.isRepaired = line.isRepaired
        self.truncatedBytes = line.truncatedBytes
        self.state = group.state
        self.part = group.part + 1
        self.isOpen = true
        self.deadline = line.deadline
        self.begun = line.now
    }

    mutating func append(_ text: Span<UInt8>, _ line: TextLine) {
        if self.raw == nil, !line.isVerbatim { self.raw = self.message }
        if self.raw != nil {
            self.raw?.append(0x0a)
            if line.isVerbatim { self.raw?.append(text) } else { self.raw?.append(contentsOf: line.raw) }
        }
        self.message.append(0x0a)
        self.message.append(text)
        self.numbers.append(line.number)
        self.end = line.end
        self.isRepaired = self.isRepaired || line.isRepaired
        self.truncatedBytes += line.truncatedBytes
        self.deadline = line.deadline
    }

    /// Appends the event that the lines have become.
    func write(hasOffsets: Bool, origin: UInt16, to batch: inout EventBatch) {
        let origin = self.entry.map { batch.origin($0.origin) } ?? origin
        batch.append(
            time: self.time, received: self.received, level: self.level, origin: origin, message: self.message.span,
            fields: self.fields.span)
        guard self.lines > 1 || self.part > 1 || self.cut != nil || self.isRepaired || self.truncatedBytes > 0 else {
            return
        }
        var members: [UInt8] = []
        if self.lines > 1 {
            Self.append("\"lines\":", UInt64(self.lines), to: &members)
            if hasOffsets { self.appendNumbers(to: &members) }
        }
        if self.part > 1 { Self.append("\"join_part\":", UInt64(self.part), to: &members) }
        if let cut {
            if !members.isEmpty { members.append(UInt8(ascii: ",")) }
            members.append(contentsOf: "\"join_cut\":\"\(cut.rawValue)\"".utf8)
        }
        if self.isRepaired, let raw = self.raw {
            if !members.isEmpty { members.append(UInt8(ascii: ",")) }
            members.append("\"raw_base64\":\"")
            Base64.append(raw.span, to: &members)
            members.append(UInt8(ascii: "\""))
        }
        if self.truncatedBytes > 0 { Self.append("\"truncated_bytes\":", UInt64(self.truncatedBytes), to: &members) }
        batch.appendFieldsToLast(members.span)
    }

    /// Where each line begins in the source, and where the last one ends; or the number of each.
    private func appendNumbers(to members: inout [UInt8]) {
        if let entry = self.entry {
            members.append(",\"seqnum_id\":\"")
            members.append(contentsOf: entry.sequence)
            members.append("\",\"line_seqnums\":[")
            self.appendList(self.numbers, to: &members)
        } else {
            members.append(",\"line_offsets\":[")
            self.appendList(self.numbers + [self.end], to: &members)
        }
        members.append(UInt8(ascii: "]"))
    }

    private func appendList(_ numbers: [UInt64], to members: inout [UInt8]) {
        for (index, number) in numbers.enumerated() {
            if index > 0 { members.append(UInt8(ascii: ",")) }
            members.appendDecimal(number)
        }
    }

    private static func append(_ key: StaticString, _ number: UInt64, to members: inout [UInt8]) {
        if !members.isEmpty { members.append(UInt8(ascii: ",")) }
        members.append(key)
        members.appendDecimal(number)
    }
}

/// What the joiner is told of a line beside its text.
struct TextLine {
    var start: UInt64
    var end: UInt64
    var received: Timestamp
    var now: ContinuousClock.Instant
    var deadline: ContinuousClock.Instant
    var truncatedBytes: Int
    var nature: LineNature
    /// The line exactly; empty where the message is it.
    var raw: [UInt8]
    /// Nil for a line of text.
    var entry: Entry?

    /// What a line tells of itself that is an entry of a journal.
    struct Entry: Sendable {
        var origin: Origin
        /// Its number among the entries of its sequence, and the name of that: 32 hexadecimal digits.
        var number: UInt64
        var sequence: [UInt8]
    }

    var number: UInt64 { self.entry?.number ?? self.start }
    var isVerbatim: Bool { self.nature.isVerbatim && !self.nature.isRepaired }
    var isRepaired: Bool { self.nature.isRepaired }
}
