import TailraceEvent

/// Checks that a line is one JSON object (RFC 8259) and finds its members, without recursion.
///
/// What it accepts is copied into every reader's messages, so it is strict: exact grammar, no trailing comma, no
/// control character in a string, nothing behind the object, and no unpaired surrogate escape, which the grammar
/// allows but which has no UTF-8 form. The bytes must be valid UTF-8 already.
package struct JSONScanner: Sendable {
    /// One member of the outermost object.
    struct Member: Sendable {
        /// Between the quotes, still escaped.
        var key: Range<Int>
        /// With the quotes or brackets.
        var value: Range<Int>
        var keyHasEscapes: Bool
        var valueHasEscapes: Bool
    }

    /// Objects and arrays within each other; one bit each in `Nesting`, and deeper logs are attacks.
    static let maxDepth = 64

    private(set) var members: [Member] = []
    /// False if there is white space between tokens, so that values have to be copied without it.
    package private(set) var isMinified = true

    package init() {}

    private enum Expected { case key, keyOrEnd, value, valueOrEnd, commaOrEnd }

    /// The containers around a token within a member's value: bit 0 is the innermost one, 1 for an object, 0 for an
    /// array.
    private struct Nesting {
        private var bits: UInt64 = 0
        private(set) var depth = 0

        var isInObject: Bool { self.bits & 1 == 1 }
        /// The bracket that ends the innermost container.
        var closing: UInt8 { self.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

        /// False if that would be too deep.
        mutating func open(isObject: Bool) -> Bool {
            // The outermost object counts as well.
            guard self.depth + 1 < JSONScanner.maxDepth else { return false }
            self.bits = self.bits << 1 | (isObject ? 1 : 0)
            self.depth += 1
            return true
        }

        mutating func close() {
            self.bits >>= 1
            self.depth -= 1
        }
    }

    /// True if the whole line is one object; `members` and `isMinified` then describe it.
    package mutating func scan(_ line: Span<UInt8>) -> Bool {
        self.members.clearForReuse()
        self.isMinified = true
        var index = 0
        self.skipSpace(line, &index)
        guard line.has(UInt8(ascii: "{"), at: index) else { return false }
        index += 1
        self.skipSpace(line, &index)
        if line.has(UInt8(ascii: "}"), at: index) {
            index += 1
        } else if !self.takeMembers(line, &index) {
            return false
        }
        self.skipSpace(line, &index)
        return index == line.count
    }

    /// Up to and with the outermost object's closing bracket.
    private mutating func takeMembers(_ line: Span<UInt8>, _ index: inout Int) -> Bool {
        while true {
            guard self.takeMember(line, &index) else { return false }
            self.skipSpace(line, &index)
            if line.has(UInt8(ascii: "}"), at: index) {
                index += 1
                return true
            }
            guard line.has(UInt8(ascii: ","), at: index) else { return false }
            index += 1
            self.skipSpace(line, &index)
        }
    }

    private mutating func takeMember(_ line: Span<UInt8>, _ index: inout Int) -> Bool {
        let keyStart = index + 1
        var keyHasEscapes = false
        guard let keyEnd = self.takeKey(line, &index, hasEscapes: &keyHasEscapes) else { return false }
        self.skipSpace(line, &index)
        guard index < line.count else { return false }
        let start = index
        var hasEscapes = false
        let isNested = line[index] == UInt8(ascii: "{") || line[index] == UInt8(ascii: "[")
        let isTaken = isNested ? self.takeNested(line, &index) : Self.takeScalar(line, &index, hasEscapes: &hasEscapes)
        guard isTaken else { return false }
        self.members.append(
            Member(
                key: keyStart..<keyEnd, value: start..<index, keyHasEscapes: keyHasEscapes,
                valueHasEscapes: hasEscapes))
        return true
    }

    /// An object or array, at its opening bracket.
    private mutating func takeNested(_ line: Span<UInt8>, _ index: inout Int) -> Bool {
        var nesting = Nesting()
        var expected = Expected.value
        repeat {
            self.skipSpace(line, &index)
            guard index < line.count, let next = self.takeToken(line, &index, expected, &nesting) else { return false }
            expected = next
        } while nesting.depth > 0
        return true
    }

    /// Steps over one token, a key with its colon being one; what may follow it, or nil if it is not `expected`.
    private mutating func takeToken(
        _ line: Span<UInt8>, _ index: inout Int, _ expected: Expected, _ nesting: inout Nesting
    ) -> Expected? {
        let byte = line[index]
        var hasEscapes = false
        switch expected {
        case .key, .keyOrEnd:
            if byte == UInt8(ascii: "}"), expected == .keyOrEnd { return Self.close(&index, &nesting) }
            return self.takeKey(line, &index, hasEscapes: &hasEscapes) == nil ? nil : .value
        case .value, .valueOrEnd:
            if byte == UInt8(ascii: "]"), expected == .valueOrEnd { return Self.close(&index, &nesting) }
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let isObject = byte == UInt8(ascii: "{")
                index += 1
                return nesting.open(isObject: isObject) ? (isObject ? .keyOrEnd : .valueOrEnd) : nil
            }
            return Self.takeScalar(line, &index, hasEscapes: &hasEscapes) ? .commaOrEnd : nil
        case .commaOrEnd:
            if byte == nesting.closing { return Self.close(&index, &nesting) }
            guard byte == UInt8(ascii: ",") else { return nil }
            index += 1
            return nesting.isInObject ? .key : .value
        }
    }

    private static func close(_ index: inout Int, _ nesting: inout Nesting) -> Expected {
        index += 1
        nesting.close()
        return .commaOrEnd
    }

    private mutating func skipSpace(_ line: Span<UInt8>, _ index: inout Int) {
        guard index < line.count, line[index] <= 0x20 else { return }
        let start = index
        while index < line.count {
            switch line[index] {
            case 0x20, 0x09, 0x0a, 0x0d: index += 1
            default:
                if index > start { self.isMinified = false }
                return
            }
        }
        if index > start { self.isMinified = false }
    }

    /// A key and its colon; the index of the key's closing quote.
    private mutating func takeKey(_ line: Span<UInt8>, _ index: inout Int, hasEscapes: inout Bool) -> Int? {
        guard line.has(UInt8(ascii: "\""), at: index),
            let end = Self.endOfString(line, from: index + 1, hasEscapes: &hasEscapes)
        else { return nil }
        index = end
        self.skipSpace(line, &index)
        guard line.has(UInt8(ascii: ":"), at: index) else { return nil }
        index += 1
        return end - 1
    }

    private static func takeScalar(_ line: Span<UInt8>, _ index: inout Int, hasEscapes: inout Bool) -> Bool {
        let end: Int?
        switch line[index] {
        case UInt8(ascii: "\""): end = Self.endOfString(line, from: index + 1, hasEscapes: &hasEscapes)
        case UInt8(ascii: "t"): end = Self.endOfLiteral(line, "true", from: index)
        case UInt8(ascii: "f"): end = Self.endOfLiteral(line, "false", from: index)
        case UInt8(ascii: "n"): end = Self.endOfLiteral(line, "null", from: index)
        default: end = Self.endOfNumber(line, from: index)
        }
        guard let end else { return false }
        index = end
        return true
    }
}

/// The ends of tokens.
extension JSONScanner {
    /// The index behind the closing quote of the string whose first character is at `start`.
    private static func endOfString(_ line: Span<UInt8>, from start: Int, hasEscapes: inout Bool) -> Int? {
        var index = start
        while true {
            index = line.endOfPlainText(from: index)
            guard index < line.count else { return nil }
            switch line[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard let end = Self.endOfEscape(line, at: index) else { return nil }
                index = end
            default: return nil  // a control character
            }
        }
    }

    private static func endOfEscape(_ line: Span<UInt8>, at index: Int) -> Int? {
        guard index + 1 < line.count else { return nil }
        switch line[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"): return JSONString.unicodeEscape(line, at: index)?.end
        default: return nil
        }
    }

    private static func endOfLiteral(_ line: Span<UInt8>, _ text: StaticString, from start: Int) -> Int? {
        let end = start + text.utf8CodeUnitCount
        guard end <= line.count else { return nil }
        for offset in 0..<text.utf8CodeUnitCount where line[start + offset] != text.utf8Start[offset] { return nil }
        return end
    }

    /// RFC 8259 §6: no leading zero, no bare point, no plus sign.
    static func endOfNumber(_ line: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        if line.has(UInt8(ascii: "-"), at: index) { index += 1 }
        let integer = line.end(of: \.isDigit, from: index)
        guard integer > index, integer == index + 1 || line[index] != UInt8(ascii: "0") else { return nil }
        index = integer
        if line.has(UInt8(ascii: "."), at: index) {
            let fraction = line.end(of: \.isDigit, from: index + 1)
            guard fraction > index + 1 else { return nil }
            index = fraction
        }
        if index < line.count, line[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if line.has(UInt8(ascii: "+"), at: index) || line.has(UInt8(ascii: "-"), at: index) { index += 1 }
            let exponent = line.end(of: \.isDigit, from: index)
            guard exponent > index else { return nil }
            index = exponent
        }
        return index
    }
}
