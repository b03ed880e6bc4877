/// A string of a TOML text, read only as far as places need it.
struct TOMLString {
    /// The characters; in a multi-line string, and after an escape that is none, as they stand.
    private(set) var content = ""
    /// In one line and without escapes.
    private(set) var isVerbatim = true
    /// Has its closing quotes.
    private(set) var isClosed = false
    private(set) var escapedNULs: [TOMLLocations.Point] = []

    /// Reads a string that begins at the cursor, up to its closing quotes or, in one that may not, the end of the line.
    init(from cursor: inout TOMLCursor) {
        let isBasic = cursor.current == UInt8(ascii: "\"")
        let quote = isBasic ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        if cursor.peek(1) == quote, cursor.peek(2) == quote {
            self.isVerbatim = false
            cursor.advance(3)
            self.readLines(from: &cursor, quote: quote, isBasic: isBasic)
        } else {
            cursor.advance()
            self.readLine(from: &cursor, quote: quote, isBasic: isBasic)
        }
    }

    private mutating func readLine(from cursor: inout TOMLCursor, quote: UInt8, isBasic: Bool) {
        var start = cursor.index
        while let byte = cursor.current, byte != quote, byte != UInt8(ascii: "\n") {
            guard isBasic, byte == UInt8(ascii: "\\") else {
                cursor.advance()
                continue
            }
            self.isVerbatim = false
            self.content += cursor.text(from: start)
            self.readEscape(from: &cursor)
            start = cursor.index
        }
        self.content += cursor.text(from: start)
        guard cursor.current == quote else { return }
        self.isClosed = true
        cursor.advance()
    }

    /// Up to two quotes may stand directly before the closing three.
    private mutating func readLines(from cursor: inout TOMLCursor, quote: UInt8, isBasic: Bool) {
        while let byte = cursor.current {
            if byte == quote, cursor.peek(1) == quote, cursor.peek(2) == quote {
                cursor.advance(3)
                for _ in 0..<2 where cursor.current == quote { cursor.advance() }
                self.isClosed = true
                return
            }
            if isBasic, byte == UInt8(ascii: "\\") { self.readEscape(from: &cursor) } else { cursor.advance() }
        }
    }

    private mutating func readEscape(from cursor: inout TOMLCursor) {
        let point = cursor.point
        let escape = cursor.peek(1)
        let simple: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "f"): "\u{C}",
            UInt8(ascii: "r"): "\r", UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "e"): "\u{1B}",
        ]
        if let escape, let scalar = simple[escape] {
            cursor.advance(2)
            return self.content.unicodeScalars.append(scalar)
        }
        let digitCounts: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        guard let escape, let digits = digitCounts[escape] else { return cursor.advance(2) }
        cursor.advance(2)
        let start = cursor.index
        for _ in 0..<digits where cursor.current.map({ UnicodeScalar($0).properties.isASCIIHexDigit }) ?? false {
            cursor.advance()
        }
        guard cursor.index - start == digits, let code = UInt32(cursor.text(from: start), radix: 16) else { return }
        if code == 0 { self.escapedNULs.append(point) }
        if let scalar = Unicode.Scalar(code) { self.content.unicodeScalars.append(scalar) }
    }
}
