/// Rows of text in columns that are as wide as they need to be.
struct TextTable {
    private var rows: [[String]]
    /// Columns of numbers, which end at the right.
    private let rightColumns: Set<Int>

    init(_ heading: [String], right rightColumns: Set<Int> = []) {
        self.rows = [heading]
        self.rightColumns = rightColumns
    }

    mutating func add(_ row: [String]) { self.rows.append(row.map { SafeText.text($0) }) }

    var lines: [String] {
        let widths = self.rows[0].indices.map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        return self.rows.map { row in
            let cells = row.indices.map { column in
                let spaces = String(repeating: " ", count: widths[column] - row[column].count)
                return self.rightColumns.contains(column) ? spaces + row[column] : row[column] + spaces
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
