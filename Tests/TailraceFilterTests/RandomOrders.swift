import TailraceFilter
import TailraceTesting

/// Comparisons and ranges of every kind of number, time and level, and fields that lie around their ends.
struct RandomOrders {
    var random: SeededGenerator

    init(random: SeededGenerator) { self.random = random }

    /// Equal ones written differently, neighbours that are the same as a `Double`, all kinds of units.
    private static let numbers = [
        "0", "-0", "-0.0", "1", "1.0", "+1", "2", "3", "3.5", "5", "5.0", "5e0", "-1", "-3", "-3.5",
        "-9007199254740993",
        "9007199254740992", "9007199254740993", "9007199254740994", "9007199254740993.0", "9223372036854775807",
        "-9223372036854775807", "9223372036854775808", "92233720368547758070", "1e300", "-1e300", "1e-300", "0.1",
        "0.30000000000000004", "0.3", "1ms", "1000us", "0.001s", "1s", "1000ms", "1m30s", "90s", "1.5m", "-5ms", "3ns",
        "5d", "9007199254740993ns", "1B", "1kB", "1000B", "1KiB", "1.5KiB", "10MiB", "9223372036854775807B", "5%",
        "100%", "99.5%", "1e308PiB",
    ]
    private static let others = ["warn", "error", "2026-11-22", "2026-11-22T07:35:12Z"]
    private static let names = [
        "n", "took_ms", "took_ns", "size_bytes", "wait_s", "a.b", "items[]", "items[1]", "*", "_PID",
    ]

    mutating func filter() -> String {
        let clauses = (0..<Int.random(in: 1...3, using: &self.random)).map { _ in self.clause() }
        return clauses.joined(separator: Bool.random(using: &self.random) ? " " : " OR ")
    }

    private mutating func clause() -> String {
        let name = self.pick(Self.names)
        let sign = Int.random(in: 0..<4, using: &self.random) == 0 ? "-" : ""
        let values = Int.random(in: 0..<8, using: &self.random) == 0 ? Self.others : Self.numbers
        switch Int.random(in: 0..<8, using: &self.random) {
        case 0: return "\(sign)\(name):\(self.pick(values)).."
        case 1: return "\(sign)\(name):..\(self.pick(values))"
        case 2, 3, 4:
            let (low, high) = (self.pick(values), self.pick(values))
            let text = "\(sign)\(name):\(low)..\(high)"
            return (try? Filter(parsing: text)) != nil ? text : "\(sign)\(name):\(high)..\(low)"
        default: return "\(sign)\(name)\(self.pick([">", ">=", "<", "<="]))\(self.pick(values))"
        }
    }

    mutating func fields() -> String {
        ["n", "took_ms", "took_ns", "size_bytes", "wait_s", "a", "items", "pid"].compactMap { name in
            guard Int.random(in: 0..<4, using: &self.random) > 0 else { return nil }
            return "\"\(name)\":\(self.value(depth: 2))"
        }.joined(separator: ",")
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 14 : 9), using: &self.random) {
        case 0: return self.pick(["true", "null", "\"\"", "\"x\"", "\"1 ms\"", "\"\\u0035\"", "\" 5\""])
        case 1: return "\"\(self.pick(Self.others))\""
        case 2, 3, 4: return "\"\(self.pick(Self.numbers))\""
        case 5, 6, 7, 8: return self.plain()
        case 9: return "{\"b\":\(self.value(depth: depth - 1))}"
        default:
            let count = Int.random(in: 0...4, using: &self.random)
            return "[\((0..<count).map { _ in self.value(depth: depth - 1) }.joined(separator: ","))]"
        }
    }

    /// One that JSON can write without quotes.
    private mutating func plain() -> String {
        let plain = Self.numbers.filter { $0.first != "+" && $0.allSatisfy { "0123456789.-e".contains($0) } }
        return self.pick(plain)
    }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &self.random) ?? "" }
}
