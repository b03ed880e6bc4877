import TailraceEvent

/// A part of a text that is replaced.
struct RedactionEdit {
    enum Cause: Hashable {
        case rule(Int)
        /// The text was cut here.
        case cut

        /// Of edits that overlap the one with the lowest rank says what stands there.
        fileprivate var rank: Int {
            switch self {
            case .rule(let number): number
            case .cut: .max
            }
        }
    }

    var range: Range<Int>
    var cause: Cause
    /// Layers of encoding between the text and what was found.
    var depth: Int
    var replacement: [UInt8]

    private func isBefore(_ other: RedactionEdit) -> Bool {
        (self.cause.rank, other.depth) < (other.cause.rank, self.depth)
    }

    /// In order and apart: what overlaps becomes one edit of all its bytes.
    static func joined(_ edits: [RedactionEdit]) -> [RedactionEdit] {
        var result: [RedactionEdit] = []
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard let last = result.last, edit.range.lowerBound < last.range.upperBound else {
                result.append(edit)
                continue
            }
            var winner = edit.isBefore(last) ? edit : last
            winner.range = last.range.lowerBound..<max(last.range.upperBound, edit.range.upperBound)
            result[result.count - 1] = winner
        }
        return result
    }
}

extension [RedactionEdit] {
    /// Copies a part of a text with the edits in it made; they are in order and lie within the part.
    func apply(to text: Span<UInt8>, _ part: Range<Int>, asJSON: Bool, into result: inout [UInt8]) {
        var start = part.lowerBound
        for edit in self {
            result.append(text.extracting(start..<edit.range.lowerBound))
            if asJSON {
                JSONText.appendEscaped(edit.replacement.span, to: &result)
            } else {
                result.append(contentsOf: edit.replacement)
            }
            start = edit.range.upperBound
        }
        result.append(text.extracting(start..<part.upperBound))
    }
}
