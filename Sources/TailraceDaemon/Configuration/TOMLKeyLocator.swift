/// The pass over a TOML text that notes the place of every key path (toml.io/en/v1.0.0).
struct TOMLKeyLocator {
    private typealias Step = TOMLLocations.Step
    private typealias Point = TOMLLocations.Point

    private(set) var entries: [[TOMLLocations.Step]: TOMLLocations.Location] = [:]
    private(set) var hazards: [(point: TOMLLocations.Point, hazard: TOMLLocations.Hazard)] = []
    private var cursor: TOMLCursor
    /// The table of the last header.
    private var table: [Step] = []
    /// How many elements each array of tables has so far.
    private var elementCounts: [[Step]: Int] = [:]
    private var isStopped = false

    init(_ bytes: [UInt8]) {
        self.cursor = TOMLCursor(bytes)
    }

    mutating func run() {
        while !self.isStopped {
            self.cursor.skipToContent()
            guard let byte = self.cursor.current else { return }
            let isWell = byte == UInt8(ascii: "[") ? self.header() : self.keyAndValue(in: self.table)
            if isWell { self.expectEndOfLine() }
            self.cursor.skipLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`; false if it is not one.
    private mutating func header() -> Bool {
        let start = self.cursor.point
        let isArray = self.cursor.peek(1) == UInt8(ascii: "[")
        self.cursor.advance(isArray ? 2 : 1)
        let keys = self.dottedKey()
        guard self.isShallow(keys.count, at: start) else { return false }
        guard !keys.isEmpty, self.skip(isArray ? "]]" : "]") else {
            return self.malformed(
                "a table's header is its name in brackets", hint: "write [name], or [[name]] for one of several")
        }
        self.open(keys, isArray: isArray, at: start)
        return true
    }

    /// Makes the table of a header the current one.
    private mutating func open(_ keys: [(name: String, point: Point)], isArray: Bool, at start: Point) {
        var path: [Step] = []
        for (number, key) in keys.enumerated() {
            path.append(.key(key.name))
            let isLast = number == keys.count - 1
            if isLast && isArray { break }
            self.note(path, key: isLast ? start : key.point, value: start)
            if let count = self.elementCounts[path], count > 0 { path.append(.index(count - 1)) }
        }
        guard isArray, !path.isEmpty else { return self.table = path }
        self.note(path, key: start, value: start)
        let index = self.elementCounts[path, default: 0]
        self.elementCounts[path] = index + 1
        path.append(.index(index))
        self.note(path, key: start, value: start)
        self.table = path
    }

    /// `a.b = value`, in a table or an inline table; false if it is not one.
    private mutating func keyAndValue(in table: [Step]) -> Bool {
        let start = self.cursor.point
        let keys = self.dottedKey()
        guard self.isShallow(table.count + keys.count, at: start) else { return false }
        guard let last = keys.last, self.skip("=") else {
            return self.malformed(
                "a key, an equals sign and a value are expected", hint: "keys of other letters than A-Z go in quotes")
        }
        self.cursor.skipBlanks()
        var path = table
        for key in keys.dropLast() {
            path.append(.key(key.name))
            self.note(path, key: key.point, value: key.point)
        }
        path.append(.key(last.name))
        return self.value(at: path, key: last.point)
    }

    /// False if there is no value, or a malformed one.
    private mutating func value(at path: [Step], key: Point) -> Bool {
        let start = self.cursor.point
        guard self.isShallow(path.count, at: start) else { return false }
        var isVerbatim = false
        var isWell = true
        switch self.cursor.current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let string = self.string()
            isVerbatim = string.isVerbatim
            isWell = string.isClosed
        case UInt8(ascii: "["): isWell = self.array(at: path)
        case UInt8(ascii: "{"): isWell = self.inlineTable(at: path)
        default: isWell = self.scalar()
        }
        self.note(path, key: key, value: start, isVerbatim: isVerbatim)
        return isWell
    }

    /// A number, a boolean or a date.
    private mutating func scalar() -> Bool {
        let start = (index: self.cursor.index, point: self.cursor.point)
        self.cursor.skip { !Self.endsScalar.contains($0) }
        let text = TOMLScalar.trimmed(self.cursor.text(from: start.index))
        if TOMLScalar.isValid(text) { return true }
        let message = text.isEmpty ? "a value is missing" : "\(text.prefix(40)) is not a value"
        return self.malformed(message, hint: "text goes in quotes: \"\(text.prefix(40))\"", at: start.point)
    }

    private mutating func array(at path: [Step]) -> Bool {
        let start = self.cursor.point
        self.cursor.advance()
        var index = 0
        while true {
            self.cursor.skipToContent()
            if self.skip("]") { return true }
            guard !self.cursor.isAtEnd else { return self.malformed("the array is not closed", hint: nil, at: start) }
            guard self.value(at: path + [.index(index)], key: self.cursor.point) else { return false }
            index += 1
            self.cursor.skipToContent()
            guard self.skip(",") || self.cursor.current == UInt8(ascii: "]") else {
                return self.malformed("a comma or the end of the array is expected", hint: nil)
            }
        }
    }

    private mutating func inlineTable(at path: [Step]) -> Bool {
        self.cursor.advance()
        if self.skip("}") { return true }
        while true {
            self.cursor.skipBlanks()
            guard self.keyAndValue(in: path) else { return false }
            if self.skip("}") { return true }
            guard self.skip(",") else {
                return self.malformed(
                    "a comma or the end of the inline table is expected",
                    hint: "an inline table stands in one line, without a comma after its last value")
            }
        }
    }

    private mutating func dottedKey() -> [(name: String, point: Point)] {
        var keys: [(name: String, point: Point)] = []
        while true {
            self.cursor.skipBlanks()
            let point = self.cursor.point
            switch self.cursor.current {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                keys.append((self.string().content, point))
            default:
                let start = self.cursor.index
                self.cursor.skip(while: Self.isBareKey)
                guard self.cursor.index > start else { return keys }
                keys.append((self.cursor.text(from: start), point))
            }
            self.cursor.skipBlanks()
            guard self.cursor.current == UInt8(ascii: "."), keys.count <= TOMLLocations.maxDepth else { return keys }
            self.cursor.advance()
        }
    }

    /// Reads over a string of any of the four kinds.
    private mutating func string() -> TOMLString {
        let start = self.cursor.point
        let string = TOMLString(from: &self.cursor)
        if !string.isClosed { _ = self.malformed("the string is not closed", hint: nil, at: start) }
        self.hazards += string.escapedNULs.map { ($0, .escapedNUL) }
        return string
    }

    /// Skips blanks and then this text; false if something else stands there.
    private mutating func skip(_ text: StaticString) -> Bool {
        self.cursor.skipBlanks()
        return self.cursor.skip(text)
    }

    private mutating func expectEndOfLine() {
        self.cursor.skipBlanks()
        guard !self.cursor.isAtLineEnd, self.cursor.current != UInt8(ascii: "#") else { return }
        _ = self.malformed("the end of the line is expected", hint: nil)
    }

    /// Notes a problem at a point or the cursor; always false.
    private mutating func malformed(_ message: String, hint: String?, at point: Point? = nil) -> Bool {
        self.hazards.append((point ?? self.cursor.point, .malformed(message, hint: hint)))
        return false
    }

    private mutating func note(_ path: [Step], key: Point, value: Point, isVerbatim: Bool = false) {
        guard self.entries[path] == nil else { return }
        self.entries[path] = TOMLLocations.Location(key: key, value: value, isVerbatim: isVerbatim)
    }

    /// False, and the end of the pass, when there are more levels than the parser should see.
    private mutating func isShallow(_ levels: Int, at point: Point) -> Bool {
        guard levels > TOMLLocations.maxDepth else { return true }
        self.hazards.append((point, .tooDeep))
        self.isStopped = true
        return false
    }

    private static let endsScalar: Set<UInt8> = [
        UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"),
        UInt8(ascii: "\r"),
    ]

    /// `A-Za-z0-9_-`.
    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
