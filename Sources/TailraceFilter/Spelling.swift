/// Guessing what a misspelt word was meant to be.
enum Spelling {
    /// The word that is at most two edits away, if one is nearest.
    static func nearest(to word: String, in words: [String]) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars.prefix(32))
        let ranked = words.map { (word: $0, distance: Self.distance(wanted, Array($0.unicodeScalars))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= 2 else { return nil }
        return best.word
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...right.count)]
        for (i, first) in left.enumerated() {
            var row = [i + 1]
            for (j, second) in right.enumerated() {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (first == second ? 0 : 1))
                if i > 0, j > 0, first == right[j - 1], left[i - 1] == second {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
