internal import TailraceEvent
package import TailraceFilter

/// Events as aligned columns for people: time, level, source, message, fields.
package struct TextLines: ~Copyable {
    private static let levelColumns = 6
    private static let maxSourceColumns = 20

    private let paint: Paint
    private let fields: FieldText
    private let marks: FilterMarks
    private var clock: ClockText
    private var sourceColumns = 6
    private var day: String

    package init(paint: Paint, clock: ClockText, fields: FieldText, marks: FilterMarks) {
        self.paint = paint
        self.fields = fields
        self.marks = marks
        self.clock = clock
        self.day = self.clock.day(.now())
    }

    /// Appends an event and its line's end, behind a line that names the day where a new one begins.
    package mutating func append(_ event: EventLine, to text: inout [UInt8]) {
        if let time = event.time { self.appendDay(of: time, to: &text) }
        self.appendTime(event.time, to: &text)
        let level = event.level
        self.paint.append(.level(level), to: &text) { $0.append(padded: Self.name(level), to: Self.levelColumns - 1) }
        text.append(UInt8(ascii: " "))
        self.appendSource(event.source, to: &text)
        self.appendMessage(event, to: &text)
        self.appendFields(event, to: &text)
        text.append(0x0a)
    }

    /// A line between events, about them.
    package func appendNotice(_ words: String, style: Paint.Style, to text: inout [UInt8]) {
        self.paint.append(style, to: &text) { line in
            line.append(contentsOf: "-- ".utf8)
            SafeText.append(words.utf8, lineEnds: .picture, to: &line)
            line.append(contentsOf: " --".utf8)
        }
        text.append(0x0a)
    }

    private mutating func appendDay(of time: Timestamp, to text: inout [UInt8]) {
        guard self.clock.style == .clock else { return }
        let day = self.clock.day(time)
        guard day != self.day else { return }
        self.day = day
        self.appendNotice(day, style: .muted, to: &text)
    }

    private mutating func appendTime(_ time: Timestamp?, to text: inout [UInt8]) {
        guard self.clock.style != .none else { return }
        let shown = time.map { self.clock.text($0, now: .now()) } ?? "-"
        let width = self.clock.width
        let isRight = self.clock.style == .relative
        self.paint.append(.muted, to: &text) { $0.append(padded: shown, to: width, isRight: isRight) }
        text.append(UInt8(ascii: " "))
    }

    private mutating func appendSource(_ source: String, to text: inout [UInt8]) {
        var shown = SafeText.text(source)
        if shown.count > Self.maxSourceColumns { shown = shown.prefix(Self.maxSourceColumns - 1) + "…" }
        self.sourceColumns = max(self.sourceColumns, shown.count)
        let width = self.sourceColumns
        self.paint.append(.source(source), to: &text) { $0.append(padded: shown, to: width) }
        text.append(UInt8(ascii: " "))
    }

    private var messageColumn: Int {
        self.clock.width + (self.clock.style == .none ? 0 : 1) + Self.levelColumns + self.sourceColumns + 1
    }

    private func appendMessage(_ event: EventLine, to text: inout [UInt8]) {
        var message = event.message
        while let last = message.last, last == 0x0a || last == 0x0d { message.removeLast() }
        let lineEnds = SafeText.LineEnds.indented(self.messageColumn)
        if event.isGap {
            return self.paint.append(.gap, to: &text) { SafeText.append(message, lineEnds: lineEnds, to: &$0) }
        }
        guard self.paint.isOn else { return SafeText.append(message, lineEnds: lineEnds, to: &text) }
        var start = 0
        for range in self.marks.ranges(in: message.span) {
            SafeText.append(message[start..<range.lowerBound], lineEnds: lineEnds, to: &text)
            self.paint.append(.match, to: &text) { SafeText.append(message[range], lineEnds: lineEnds, to: &$0) }
            start = range.upperBound
        }
        SafeText.append(message[start...], lineEnds: lineEnds, to: &text)
    }

    private func appendFields(_ event: EventLine, to text: inout [UInt8]) {
        let pairs = self.fields.pairs(of: event)
        guard !pairs.isEmpty else { return }
        text.append(UInt8(ascii: " "))
        self.paint.append(.muted, to: &text) { line in
            for pair in pairs {
                line.append(UInt8(ascii: " "))
                SafeText.append(pair.key.utf8, lineEnds: .picture, to: &line)
                line.append(UInt8(ascii: "="))
                FieldText.append(pair.value, isString: pair.isString, to: &line)
            }
        }
    }

    /// Names of at most five letters.
    private static func name(_ level: Level?) -> String {
        switch level {
        case .notice: "note"
        case .critical: "crit"
        case .emergency: "emerg"
        case .some(let level): level.name
        case nil: "-"
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(padded text: String, to width: Int, isRight: Bool = false) {
        let spaces = repeatElement(UInt8(ascii: " "), count: Swift.max(0, width - text.count))
        if isRight { self.append(contentsOf: spaces) }
        self.append(contentsOf: text.utf8)
        if !isRight { self.append(contentsOf: spaces) }
    }
}
