/// A text to look for: exact, or with smart case ignoring case.
///
/// Bytes are looked for sixteen places at a time. Only where a letter outside ASCII could take part in ignoring case,
/// text is compared scalar by scalar. Work is linear in the text's length: what compares too much in vain goes on as
/// Knuth-Morris-Pratt.
final class Needle: Sendable {
    private enum Method: Sendable {
        /// Byte by byte: case counts, or no letter outside ASCII folds to one of these.
        case bytes
        /// ASCII with `k` or `s`, which U+212A and U+017F fold to.
        case bytesWithLookalikes
        /// Holds letters outside ASCII that may have cases, or one-character wildcards.
        case scalars
    }

    private let method: Method
    private let bytes: ByteSearch
    private let scalars: [UInt32]
    private let ignoresCase: Bool
    private let hasWildcards: Bool
    /// True if text that is all ASCII cannot hold it.
    private let needsNonASCII: Bool
    /// For Knuth-Morris-Pratt: how much of the needle's beginning is still matched after a mismatch behind each place.
    private let borders: [Int]

    /// With wildcards, the longest run without one: text that lacks it is passed by quickly.
    private let required: Needle?

    /// Stands for any one character in `scalars`.
    private static let anyScalar: UInt32 = .max
    /// Comparisons per byte of text before the search turns to Knuth-Morris-Pratt; ordinary logs stay far below one.
    private static let patience = 8

    /// `hasWildcards`: a `?` in the text is any one character.
    init(_ text: String, ignoresCase: Bool, hasWildcards: Bool = false) {
        let hasWildcards = hasWildcards && text.unicodeScalars.contains("?")
        self.ignoresCase = ignoresCase
        self.hasWildcards = hasWildcards
        self.scalars = text.unicodeScalars.map {
            hasWildcards && $0 == "?" ? Self.anyScalar : ignoresCase ? CaseFolding.folded($0.value) : $0.value
        }
        // Of the folded text where case does not count: a long s is searched as an s.
        let written = ignoresCase ? CaseFolding.foldedText(text) : text
        self.bytes = ByteSearch(Array(written.utf8), ignoresCase: ignoresCase)
        self.needsNonASCII = self.scalars.contains { $0 >= 0x80 && $0 != Self.anyScalar }
        self.borders = hasWildcards ? [] : Self.borders(of: self.scalars)
        let runs = hasWildcards ? text.unicodeScalars.split(separator: "?").map { String($0) } : []
        self.required = runs.max { $0.utf8.count < $1.utf8.count }.map { Needle($0, ignoresCase: ignoresCase) }
        if hasWildcards || (ignoresCase && self.needsNonASCII) {
            self.method = .scalars
        } else if ignoresCase, self.scalars.contains(0x6B) || self.scalars.contains(0x73) {
            self.method = .bytesWithLookalikes
        } else {
            self.method = .bytes
        }
    }

    /// Bytes that every text with this in it holds; where case is ignored, once it is folded. Nil if there are none
    /// or too few to look for.
    ///
    /// `isAll`: no text without this holds them.
    var literal: (bytes: [UInt8], ignoresCase: Bool, isAll: Bool)? {
        if self.hasWildcards { return self.required?.literal.map { ($0.bytes, $0.ignoresCase, false) } }
        guard !self.scalars.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for scalar in self.scalars {
            guard let scalar = Unicode.Scalar(scalar), let encoded = UTF8.encode(scalar) else { return nil }
            bytes.append(contentsOf: encoded)
        }
        return (bytes, self.ignoresCase, true)
    }

    func isContained(in text: Span<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { self.firstRange(in: $0, from: 0) != nil }
    }

    /// Where the text stands first.
    func offset(in text: Span<UInt8>) -> Int? {
        text.withUnsafeBufferPointer { self.firstRange(in: $0, from: 0)?.lowerBound }
    }

    /// The first place at or behind `start` where the text stands.
    func firstRange(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        if self.scalars.isEmpty { return start..<start }
        var effort = (text.count - start) * Self.patience + 64
        let found: Range<Int>?
        switch self.method {
        case .bytes:
            found = self.bytes.firstRange(in: text, from: start, effort: &effort)
        case .bytesWithLookalikes:
            let range = self.bytes.firstRange(in: text, from: start, effort: &effort)
            // Letters that fold to these may stand in its place, or in an earlier one.
            let mayHide = UnsafeBufferPointer(rebasing: text[start..<(range?.lowerBound ?? text.count)])
            if !UTF8Reader.isASCII(mayHide) { return self.scalarRange(in: text, from: start) }
            found = range
        case .scalars:
            if self.needsNonASCII, UTF8Reader.isASCII(text) { return nil }
            if let required = self.required, required.firstRange(in: text, from: start) == nil { return nil }
            return self.scalarRange(in: text, from: start)
        }
        return effort < 0 ? self.linearRange(in: text, from: start) : found
    }

    /// Where the text ends if it stands at `start`.
    func end(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        var effort = Int.max
        return self.end(in: text, at: start, effort: &effort)
    }

    private func end(in text: UnsafeBufferPointer<UInt8>, at start: Int, effort: inout Int) -> Int? {
        var position = start
        for scalar in self.scalars {
            guard position < text.count else { return nil }
            let (value, length) = self.scalar(at: position, in: text)
            guard scalar == Self.anyScalar || scalar == value else { return nil }
            position += length
            effort -= 1
        }
        return position
    }

    /// Where the text begins if it stands right at the end, not before `bound`. Folding keeps the number of scalars.
    func startOfSuffix(of text: UnsafeBufferPointer<UInt8>, notBefore bound: Int) -> Int? {
        guard let position = self.start(before: text.count, in: text, notBefore: bound) else { return nil }
        return self.end(in: text, at: position) == text.count ? position : nil
    }

    private func start(before end: Int, in text: UnsafeBufferPointer<UInt8>, notBefore bound: Int) -> Int? {
        var position = end
        for _ in self.scalars {
            guard position > bound else { return nil }
            position = UTF8Reader.start(before: position, in: text)
        }
        return position >= bound ? position : nil
    }

    private func scalar(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> (value: UInt32, length: Int) {
        let (value, length) = UTF8Reader.scalar(at: index, in: text)
        return (self.ignoresCase ? CaseFolding.folded(value) : value, length)
    }

    private func scalarRange(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var effort = (text.count - start) * Self.patience + 64
        var position = start
        while position < text.count {
            if let end = self.end(in: text, at: position, effort: &effort) { return position..<end }
            if effort < 0, !self.hasWildcards { return self.linearRange(in: text, from: position) }
            position += UTF8Reader.scalar(at: position, in: text).length
        }
        return nil
    }

    /// Knuth-Morris-Pratt over scalars: never looks at one twice.
    private func linearRange(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var position = start
        var matched = 0
        while position < text.count {
            let (value, length) = self.scalar(at: position, in: text)
            while matched > 0, self.scalars[matched] != value { matched = self.borders[matched - 1] }
            if self.scalars[matched] == value { matched += 1 }
            position += length
            if matched == self.scalars.count {
                return self.start(before: position, in: text, notBefore: start).map { $0..<position }
            }
        }
        return nil
    }

    private static func borders(of scalars: [UInt32]) -> [Int] {
        var borders = [Int](repeating: 0, count: scalars.count)
        var length = 0
        for index in scalars.indices.dropFirst() {
            while length > 0, scalars[index] != scalars[length] { length = borders[length - 1] }
            if scalars[index] == scalars[length] { length += 1 }
            borders[index] = length
        }
        return borders
    }
}
