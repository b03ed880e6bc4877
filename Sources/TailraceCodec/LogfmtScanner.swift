/// Finds the pairs of a logfmt line: `level=info msg="done \"now\"" took=12ms cached`.
struct LogfmtScanner: Sendable {
    struct Pair: Sendable {
        var key: Range<Int>
        /// Without quotes; empty for a bare word.
        var value: Range<Int>
        var isQuoted: Bool
        var hasEscapes: Bool
        /// A word without `=`, which stands for true.
        var isBare: Bool
    }

    /// More pairs than any program writes; a line beyond is text.
    static let maxPairs = 1024

    private(set) var pairs: [Pair] = []

    /// True if the line is pairs throughout, with at most one bare word to `pairsPerBareWord` pairs (0: none at all).
    ///
    /// A line that begins with a bare word, or has an unfinished quote or a key with odd characters, is text.
    mutating func scan(_ line: Span<UInt8>, pairsPerBareWord: Int) -> Bool {
        self.pairs.clearForReuse()
        var bareWords = 0
        var index = line.end(of: \.isBlank, from: 0)
        while index < line.count {
            guard self.pairs.count < Self.maxPairs, let end = self.takePair(line, at: index) else { return false }
            if self.pairs[self.pairs.count - 1].isBare {
                bareWords += 1
                if self.pairs.count == 1 || pairsPerBareWord == 0 { return false }
            }
            guard end == line.count || line[end].isBlank else { return false }
            index = line.end(of: \.isBlank, from: end)
        }
        let pairs = self.pairs.count - bareWords
        return pairs > 0 && (bareWords == 0 || pairs >= bareWords * pairsPerBareWord)
    }

    private mutating func takePair(_ line: Span<UInt8>, at start: Int) -> Int? {
        let keyEnd = line.end(of: Self.isKeyByte, from: start)
        guard keyEnd > start, !line[start].isDigit else { return nil }
        let key = start..<keyEnd
        guard line.has(UInt8(ascii: "="), at: keyEnd) else {
            self.pairs.append(Pair(key: key, value: keyEnd..<keyEnd, isQuoted: false, hasEscapes: false, isBare: true))
            return keyEnd
        }
        let valueStart = keyEnd + 1
        if line.has(UInt8(ascii: "\""), at: valueStart) { return self.takeQuoted(line, key: key, at: valueStart + 1) }
        let valueEnd = line.end(of: { !$0.isBlank }, from: valueStart)
        self.pairs.append(
            Pair(key: key, value: valueStart..<valueEnd, isQuoted: false, hasEscapes: false, isBare: false))
        return valueEnd
    }

    private mutating func takeQuoted(_ line: Span<UInt8>, key: Range<Int>, at start: Int) -> Int? {
        var hasEscapes = false
        var index = start
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            if line[index] == UInt8(ascii: "\\") {
                hasEscapes = true
                index += 1
            }
            index += 1
        }
        guard index < line.count else { return nil }
        self.pairs.append(
            Pair(key: key, value: start..<index, isQuoted: true, hasEscapes: hasEscapes, isBare: false))
        return index + 1
    }

    /// Letters, digits and what joins them in names: no quotes, brackets or other signs of prose and code.
    private static func isKeyByte(_ byte: UInt8) -> Bool {
        if byte.isAlphanumeric || byte >= 0x80 { return true }
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "@"): return true
        default: return false
        }
    }

    /// Appends a quoted value's text: `\"`, `\\`, `\n`, `\r` and `\t` are resolved, any other escape stays as written.
    static func appendUnescaped(_ line: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = line[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < range.upperBound else {
                text.append(byte)
                continue
            }
            switch line[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(line[index])
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "t"): text.append(0x09)
            default:
                text.append(byte)
                text.append(line[index])
            }
            index += 1
        }
    }
}
