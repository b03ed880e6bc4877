/// Finds in a message the words that a filter looks for, to be marked.
///
/// Words that must not be there are none of them, nor is what a regex or a wildcard finds.
package struct FilterMarks: Sendable {
    private let needles: [Needle]

    package init(_ filter: Filter) {
        self.needles = filter.root.soughtTexts.map { Needle($0, ignoresCase: !CaseFolding.hasCapital($0)) }
    }

    /// In order and apart from each other.
    package func ranges(in text: Span<UInt8>) -> [Range<Int>] {
        guard !self.needles.isEmpty else { return [] }
        let found = text.withUnsafeBufferPointer { bytes in self.needles.flatMap { Self.ranges(of: $0, in: bytes) } }
        var merged: [Range<Int>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private static func ranges(of needle: Needle, in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < text.count, let range = needle.firstRange(in: text, from: start), !range.isEmpty {
            ranges.append(range)
            start = range.upperBound
        }
        return ranges
    }
}

extension Expression {
    /// Texts that the message has to hold, or may.
    fileprivate var soughtTexts: [String] {
        switch self {
        case .not, .off: []
        case .and(let operands), .or(let operands): operands.flatMap(\.soughtTexts)
        case .clause(let clause):
            switch (clause.field, clause.condition) {
            case (nil, .contains(let text)), (.any, .contains(let text)), (.reserved(.msg), .contains(let text)),
                (.reserved(.msg), .equals(let text)):
                text.isEmpty ? [] : [text]
            default: []
            }
        }
    }
}
