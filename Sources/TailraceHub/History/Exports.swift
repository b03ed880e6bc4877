internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// Comma-separated values (RFC 4180) that a spreadsheet takes for text and never for formulas.
///
/// Cells that begin with `= + - @`, TAB or CR get an apostrophe before them (OWASP, "CSV Injection"). Gaps, and an end
/// before the range's own, are rows that begin with `#`.
final class TableExport: HistoryOutput {
    var text: [UInt8] = []
    private let names: [String]?
    private let picker: FieldPicker
    private var left: Int
    private var cells: [[UInt8]]
    private var cell: [UInt8] = []

    init(fields: [String]?, limit: Int) {
        self.names = fields
        self.picker = FieldPicker(fields ?? [])
        self.cells = Array(repeating: [], count: fields?.count ?? 0)
        self.left = limit
        let columns = ["seq", "time", "level", "source", "host", "message"] + (fields ?? ["fields"])
        for (index, column) in columns.enumerated() { self.append(Array(column.utf8), isFirst: index == 0) }
        self.text.append("\r\n")
    }

    var isFull: Bool { self.left == 0 }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        let wanted = hits.prefix(self.left)
        for index in wanted { self.row(block, index) }
        self.left -= wanted.count
        return wanted.count
    }

    private func row(_ block: StoredBlock, _ index: Int) {
        let record = block.batch.records[index]
        let origin = block.batch.origins[Int(record.origin)]
        let bytes = block.batch.bytes.span
        self.text.appendDecimal(block.firstSeq + UInt64(index))
        self.text.append(",")
        Timestamp(nanoseconds: record.time).appendRFC3339(to: &self.text)
        self.append(Array((Level(rawValue: record.level)?.name ?? "").utf8))
        self.append(Array(origin.source.utf8))
        self.append(Array(origin.host.utf8))
        self.append(Array(block.batch.bytes[record.messageRange]))
        if self.names == nil {
            self.append(Array("{".utf8) + block.batch.bytes[record.fieldsRange] + Array("}".utf8))
        } else {
            for number in self.cells.indices { self.cells[number].removeAll(keepingCapacity: true) }
            var cells = self.cells
            self.picker.forEachValue(of: record, origin: origin, in: bytes) { number, value, kind in
                cells[number] = CellText.plain(value, kind)
            }
            for cell in cells { self.append(cell) }
        }
        self.text.append("\r\n")
    }

    func take(_ hole: HistoryHole) {
        self.comment("missing \(hole.from) to \(hole.through): \(hole.reason.rawValue)")
    }

    func end(_ end: HistoryEnd) {
        if let failure = end.failure { self.comment("not complete: \(failure)") }
        guard let next = end.next else { return }
        self.comment("not complete (\(end.cut?.rawValue ?? "error")); go on with from=\(next)")
    }

    private func comment(_ text: String) {
        self.append(Array("# \(text)".utf8), isFirst: true)
        self.text.append("\r\n")
    }

    private func append(_ cell: [UInt8], isFirst: Bool = false) {
        if !isFirst { self.text.append(",") }
        CellText.append(cell, to: &self.text)
    }
}

enum CellText {
    /// A value as text: strings without their quotes and escapes, everything else as JSON writes it.
    static func plain(_ value: Span<UInt8>, _ kind: FieldCursor.Kind) -> [UInt8] {
        var text: [UInt8] = []
        if kind == .string { JSONUnescaping.unescape(value, into: &text) } else { text.append(value) }
        return text
    }

    static func append(_ cell: [UInt8], to text: inout [UInt8]) {
        let isFormula = cell.first.map { Self.formulaStarts.contains($0) } ?? false
        let needsQuotes = isFormula || cell.contains { Self.quoted.contains($0) }
        guard needsQuotes else {
            text += cell
            return
        }
        text.append("\"")
        if isFormula { text.append("'") }
        for byte in cell {
            if byte == UInt8(ascii: "\"") { text.append("\"") }
            text.append(byte)
        }
        text.append("\"")
    }

    /// A line feed leads in some programs what follows it as a cell of its own, so it counts too.
    private static let formulaStarts = Set("=+-@\t\r\n".utf8)
    private static let quoted = Set("\",\r\n".utf8)
}

/// A line of text per event: time, level, source, host, message, then the fields that were asked for.
///
/// Control characters are spelled out, so that an event is one line and a terminal stays what it is.
final class TextExport: HistoryOutput {
    var text: [UInt8] = []
    private let names: [String]
    private let picker: FieldPicker
    private var left: Int

    init(fields: [String]?, limit: Int) {
        self.names = fields ?? []
        self.picker = FieldPicker(self.names)
        self.left = limit
    }

    var isFull: Bool { self.left == 0 }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        let wanted = hits.prefix(self.left)
        for index in wanted { self.line(block, index) }
        self.left -= wanted.count
        return wanted.count
    }

    private func line(_ block: StoredBlock, _ index: Int) {
        let record = block.batch.records[index]
        let origin = block.batch.origins[Int(record.origin)]
        let bytes = block.batch.bytes.span
        Timestamp(nanoseconds: record.time).appendRFC3339(to: &self.text)
        for word in [Level(rawValue: record.level)?.name ?? "-", origin.source, origin.host] {
            self.text.append(" ")
            Self.append(Array(word.utf8).span, to: &self.text)
        }
        self.text.append(": ")
        Self.append(bytes.extracting(record.messageRange), to: &self.text)
        var line = self.text
        self.text = []
        self.picker.forEachValue(of: record, origin: origin, in: bytes) { number, value, kind in
            line.append(" ")
            Self.append(Array(self.names[number].utf8).span, to: &line)
            line.append("=")
            if kind == .string { line.append("\"") }
            Self.append(value, to: &line)
            if kind == .string { line.append("\"") }
        }
        line.append("\n")
        self.text = line
    }

    func take(_ hole: HistoryHole) {
        self.text += "# missing \(hole.from) to \(hole.through): \(hole.reason.rawValue)\n".utf8
    }

    func end(_ end: HistoryEnd) {
        if let failure = end.failure { self.text += "# not complete: \(failure)\n".utf8 }
        guard let next = end.next else { return }
        self.text += "# not complete (\(end.cut?.rawValue ?? "error")); go on with from=\(next)\n".utf8
    }

    /// C0 controls and DEL are spelled as JSON does; C1 controls, which terminals obey too, as `\u009b`.
    private static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch byte {
            case 0x0a: text.append("\\n")
            case 0x0d: text.append("\\r")
            case 0x09: text.append("\\t")
            case 0..<0x20, 0x7f: Self.appendEscape(byte, to: &text)
            case 0xc2 where next < 0xa0:
                Self.appendEscape(next, to: &text)
                index += 1
            default: text.append(byte)
            }
            index += 1
        }
    }

    private static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append("\\u00")
        text += [Self.hexDigits[Int(byte >> 4)], Self.hexDigits[Int(byte & 15)]]
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
