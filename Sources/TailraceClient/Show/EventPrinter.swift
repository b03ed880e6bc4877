internal import Glibc
package import TailraceFilter

/// Writes events to an output in the form that was asked for.
package struct EventPrinter: ~Copyable {
    package enum Form: String, Sendable, CaseIterable { case text, json, raw, logfmt }

    package struct Settings: Sendable {
        package var form: Form
        package var paint: Paint
        package var clock: ClockText
        package var fields: FieldText.Choice
        /// True if people look at it directly: nothing in an event may steer the terminal.
        package var isTerminal: Bool

        package init(form: Form, paint: Paint, clock: ClockText, fields: FieldText.Choice, isTerminal: Bool) {
            self.form = form
            self.paint = paint
            self.clock = clock
            self.fields = fields
            self.isTerminal = isTerminal
        }
    }

    private let settings: Settings
    private let fields: FieldText
    private var lines: TextLines
    private var output: OutputPipe

    package init(_ settings: Settings, filter: Filter, output: consuming OutputPipe) {
        self.settings = settings
        self.fields = FieldText(settings.fields)
        self.lines = TextLines(
            paint: settings.paint, clock: settings.clock, fields: self.fields, marks: FilterMarks(filter))
        self.output = output
    }

    package mutating func write(_ line: [UInt8]) throws {
        var text: [UInt8] = []
        switch self.settings.form {
        case .json:
            if self.settings.isTerminal { SafeText.appendJSON(line, to: &text) } else { text = line }
            text.append(0x0a)
        case .text, .raw, .logfmt:
            guard let event = EventLine(line) else { return }
            switch self.settings.form {
            case .raw: RawLines.append(event, isTerminal: self.settings.isTerminal, to: &text)
            case .logfmt: RawLines.appendLogfmt(event, fields: self.fields, to: &text)
            case .text, .json: self.lines.append(event, to: &text)
            }
        }
        try self.output.write(text)
    }

    /// Among the events where people read them, else on stderr: programs read nothing but events.
    package mutating func notice(_ words: String, style: Paint.Style) throws {
        guard self.settings.form == .text else {
            try self.output.flush()
            let bytes = Array("tailrace: \(SafeText.text(words))\n".utf8)
            _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
            return
        }
        var text: [UInt8] = []
        self.lines.appendNotice(words, style: style, to: &text)
        try self.output.write(text)
    }

    package mutating func flush() throws { try self.output.flush() }
}
