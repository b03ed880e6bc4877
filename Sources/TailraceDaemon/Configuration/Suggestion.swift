/// "Did you mean …": the nearest of a few names.
package enum Suggestion {
    /// Names longer than this are not typing slips of ours, and the comparison is quadratic.
    private static let maxLength = 64

    /// The candidate nearest to what was written, if it is near: at most a third of its letters differ.
    package static func nearest(to written: String, among candidates: [String]) -> String? {
        let word = Array(written.lowercased().unicodeScalars)
        guard !word.isEmpty, word.count <= Self.maxLength else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate.unicodeScalars.count <= Self.maxLength {
            let letters = Array(candidate.lowercased().unicodeScalars)
            let distance = Self.distance(word, letters)
            guard distance <= max(1, max(word.count, letters.count) / 3), distance < best?.distance ?? .max else {
                continue
            }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// A hint that names the nearest candidate and then all of them.
    package static func hint(for written: String, among candidates: [String], calledThem plural: String) -> String {
        let all = candidates.isEmpty ? "there are no \(plural)" : "\(plural): \(candidates.joined(separator: ", "))"
        guard let nearest = Self.nearest(to: written, among: candidates) else { return all }
        return "did you mean \"\(nearest)\"? (\(all))"
    }

    /// Edit distance where a swap of two neighbours counts as one edit.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in 1..<(left.count + 1) {
            var current = [row] + Array(repeating: 0, count: right.count)
            for column in 1..<(right.count + 1) {
                let isSame = left[row - 1] == right[column - 1]
                current[column] = min(
                    previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforePrevious[column - 2] + 1)
                }
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
