package import TailraceFilter

/// What a panel tells of the events that it took: `count`, `last`, or a function of a numeric field.
package struct PanelValue: Sendable, Hashable {
    package enum Function: String, Sendable, Hashable, CaseIterable {
        case count, last, avg, min, max, p50, p95, p99, sum

        package var takesField: Bool { self != .count && self != .last }

        /// The share of values that are below it.
        var quantile: Double? {
            switch self {
            case .p50: 0.5
            case .p95: 0.95
            case .p99: 0.99
            case .count, .last, .avg, .min, .max, .sum: nil
            }
        }
    }

    package var function: Function
    package var field: EventField?

    package static let count = PanelValue(function: .count)
    package static let last = PanelValue(function: .last)

    package init(function: Function, field: EventField? = nil) {
        self.function = function
        self.field = field
    }

    /// As it is written: `p95(duration_ms)`.
    package var text: String {
        self.field.map { "\(self.function.rawValue)(\($0.name))" } ?? self.function.rawValue
    }
}

extension PanelValue {
    /// Why a text is no value; `column` counts characters from 1.
    package struct Problem: Error, Sendable {
        package var message: String
        package var column: Int
        package var expected: String
        /// A word that is not a function, for "did you mean".
        package var unknownFunction: String?
    }

    package init(parsing text: String) throws(Problem) {
        let name = String(text.prefix { $0 != "(" })
        guard let function = Function(rawValue: name) else {
            throw Problem(
                message: "\"\(name)\" is no function", column: 1, expected: Self.expected, unknownFunction: name)
        }
        let rest = text.dropFirst(name.count)
        guard function.takesField else {
            guard rest.isEmpty else {
                throw Problem(
                    message: "\(name) takes no field", column: name.count + 1, expected: "\(name) alone")
            }
            self.init(function: function)
            return
        }
        guard rest.count > 2, rest.last == ")" else {
            throw Problem(
                message: "\(name) needs a field in parentheses", column: name.count + 1,
                expected: "such as \(name)(duration_ms)")
        }
        do { self.init(function: function, field: try EventField(parsing: String(rest.dropFirst().dropLast()))) } catch
        {
            throw Problem(
                message: error.message, column: name.count + 1 + error.column, expected: error.expected)
        }
    }

    private static let expected = "count, last, or avg min max p50 p95 p99 sum of a field, such as p95(duration_ms)"
}
