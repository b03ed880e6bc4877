/// Where a key or value stands in a file; lines and columns count from 1.
package struct SourcePlace: Sendable, Hashable {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

package enum OptionValue: Sendable, Hashable {
    case string(String)
    case strings([String])
    case boolean(Bool)
    case integer(Int64)
    /// Bytes.
    case size(Int64)
    case duration(Duration)
    case table(OptionTable)
    case scalarsByName([String: OptionScalar])
}

/// A value where the user decides what kind it is.
package enum OptionScalar: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    /// Finite.
    case number(Double)
    case boolean(Bool)
}

/// The values of one table of the configuration, checked against its specs. A key that is missing reads as nil.
package struct OptionTable: Sendable, Hashable {
    package var values: [String: OptionValue]
    package var places: [String: SourcePlace]
    /// Where the table itself begins.
    package var place: SourcePlace

    package init(
        values: [String: OptionValue] = [:], places: [String: SourcePlace] = [:],
        place: SourcePlace = SourcePlace(file: "embedded default", line: 1, column: 1)
    ) {
        self.values = values
        self.places = places
        self.place = place
    }

    package func string(_ key: String) -> String? {
        if case .string(let value)? = self.values[key] { value } else { nil }
    }

    package func strings(_ key: String) -> [String]? {
        switch self.values[key] {
        case .strings(let value): value
        case .string(let value): [value]
        default: nil
        }
    }

    package func boolean(_ key: String) -> Bool? {
        if case .boolean(let value)? = self.values[key] { value } else { nil }
    }

    package func integer(_ key: String) -> Int64? {
        if case .integer(let value)? = self.values[key] { value } else { nil }
    }

    package func size(_ key: String) -> Int64? {
        if case .size(let value)? = self.values[key] { value } else { nil }
    }

    package func duration(_ key: String) -> Duration? {
        if case .duration(let value)? = self.values[key] { value } else { nil }
    }

    package func table(_ key: String) -> OptionTable? {
        if case .table(let value)? = self.values[key] { value } else { nil }
    }

    package func scalarsByName(_ key: String) -> [String: OptionScalar]? {
        if case .scalarsByName(let value)? = self.values[key] { value } else { nil }
    }

    /// The values alone, to compare what two files say wherever it stands in them.
    package var withoutPlaces: OptionTable {
        OptionTable(
            values: self.values.mapValues { value in
                if case .table(let table) = value { .table(table.withoutPlaces) } else { value }
            })
    }

    /// An error about this key, with its place.
    package func problem(_ key: String, _ message: String, hint: String? = nil) -> OptionProblem {
        OptionProblem(place: self.places[key] ?? self.place, key: key, message: message, hint: hint)
    }
}

/// A wrong key or value: what, where, and what to write instead.
package struct OptionProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package var place: SourcePlace
    package var key: String
    package var message: String
    package var hint: String?

    package init(place: SourcePlace, key: String, message: String, hint: String? = nil) {
        self.place = place
        self.key = key
        self.message = message
        self.hint = hint
    }

    package var description: String {
        let head = "\(self.place.file):\(self.place.line):\(self.place.column): \(self.message)"
        return self.hint.map { "\(head); \($0)" } ?? head
    }
}
