/// A pattern with `*` (any run) and `?` (any one character).
final class Glob: Sendable {
    /// The texts between the stars.
    private let parts: [Needle]
    private let beginsOpen: Bool
    private let endsOpen: Bool

    /// `isAnchored`: the whole value must match; otherwise the pattern may match anywhere.
    init(_ pattern: String, isAnchored: Bool) {
        let ignoresCase = !CaseFolding.hasCapital(pattern)
        // Scalar by scalar: as characters, a star with an accent behind it would be no star.
        let scalars = pattern.unicodeScalars
        let texts = scalars.split(separator: "*", omittingEmptySubsequences: true)
        self.parts = texts.map { Needle(String($0), ignoresCase: ignoresCase, hasWildcards: true) }
        self.beginsOpen = !isAnchored || scalars.first == "*"
        self.endsOpen = !isAnchored || scalars.last == "*"
    }

    /// The longest text that whatever matches holds; see `Needle.literal`.
    var literal: (bytes: [UInt8], ignoresCase: Bool)? {
        let literals = self.parts.compactMap(\.literal)
        return literals.max { $0.bytes.count < $1.bytes.count }.map { ($0.bytes, $0.ignoresCase) }
    }

    func matches(_ text: Span<UInt8>) -> Bool { text.withUnsafeBufferPointer { self.matches($0) } }

    /// Takes each part at the first place it fits, which leaves the most room for the rest: no backtracking.
    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = self.parts.last else { return self.beginsOpen || text.isEmpty }
        var position = 0
        for (index, part) in self.parts.enumerated() {
            if index == 0, !self.beginsOpen {
                guard let end = part.end(in: text, at: 0) else { return false }
                position = end
            } else if index == self.parts.count - 1, !self.endsOpen {
                return last.startOfSuffix(of: text, notBefore: position) != nil
            } else {
                guard let range = part.firstRange(in: text, from: position) else { return false }
                position = range.upperBound
            }
        }
        return self.endsOpen || position == text.count
    }
}
