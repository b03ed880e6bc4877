import Foundation
import TailraceEvent
import TailraceFilter
import TailraceTesting
import Testing

@Suite struct RandomFilterTests {
    static let pieces = [
        "(", ")", "\"", "'", "/", "|", "||", "OR", "AND", "NOT", "-", "!", "#(", ":", "=", "!=", ":=", ">=", "<=", ">",
        "<",
        "level", "status", "a.b", "a[]", "a[0]", "*", "?", "..", "500", "10ms", "10.0.0.0/8", "warn", "since:", "15m",
        "\\",
        "é", "日本", " ", " ", " ", "\n", "word", "Word", "[", "]", "{1,9}", ".", "i", "\u{0}", "👩‍👩‍👧", "gap", "@",
        "_PID",
    ]

    @Test(arguments: [UInt64(1), 2, 3])
    func `garbage gives a filter or an error, and a filter's canonical form is its own`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let batch = try Self.batch(message: "word é 500", fields: ["status": 500, "a": ["b": 1], "level": "x"])
        for _ in 0..<1500 {
            let count = Int.random(in: 1...14, using: &random)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
            do {
                let filter = try Filter(parsing: text)
                let again = try #require(try? Filter(parsing: filter.canonical), "\(text) → \(filter.canonical)")
                #expect(again.canonical == filter.canonical, "\(text)")
                var first = Matcher(filter, context: MatchContext(streamNumbers: [:]))
                var second = Matcher(again, context: MatchContext(streamNumbers: [:]))
                let (left, right) = (first.matches(batch, at: 0, seq: 7), second.matches(batch, at: 0, seq: 7))
                #expect(left == right, "\(text)")
            } catch let error as FilterError {
                #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
                #expect(error.column - 1 + error.length <= text.count, "\(text): \(error)")
            }
        }
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func `random bytes as text never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? Filter(parsing: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: [UInt64(21), 22, 23])
    func `random trees agree with a naive evaluator`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let tree = Self.tree(depth: 3, using: &random)
            let filter = try Filter(parsing: tree.text)
            let again = try Filter(parsing: filter.canonical)
            var matcher = Matcher(filter, context: MatchContext(streamNumbers: [:]))
            var second = Matcher(again, context: MatchContext(streamNumbers: [:]))
            for _ in 0..<8 {
                let message = Self.words(using: &random)
                let fields = Self.fields(using: &random)
                let batch = try Self.batch(message: message, fields: fields)
                let expected = tree.matches(message: message, fields: fields)
                let (found, foundAgain) = (matcher.matches(batch, at: 0, seq: 1), second.matches(batch, at: 0, seq: 1))
                #expect(found == expected, "\(tree.text) on \(message) \(batch.fields(at: 0))")
                #expect(foundAgain == expected, "\(filter.canonical)")
            }
        }
    }

    @Test(arguments: [UInt64(31), 32])
    func `a search agrees with a naive one in long and repetitive text`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let letters = ["a", "b", "A", "k", "é", "É", "s", "\u{212A}"]
        for _ in 0..<600 {
            let hay = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                letters[Int.random(in: 0..<Int.random(in: 1...letters.count, using: &random), using: &random)]
            }.joined()
            let needle = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                letters[Int.random(in: 0..<Int.random(in: 1...letters.count, using: &random), using: &random)]
            }.joined()
            let isExact = needle.unicodeScalars.contains { $0.properties.isUppercase }
            let expected =
                isExact
                ? Self.contains(Array(hay.unicodeScalars), Array(needle.unicodeScalars))
                : Self.contains(Array(hay.lowercased().unicodeScalars), Array(needle.lowercased().unicodeScalars))
            var matcher = Matcher(try Filter(parsing: "\"\(needle)\""), context: MatchContext(streamNumbers: [:]))
            let found = try matcher.matches(Self.batch(message: hay, fields: [:]), at: 0, seq: 1)
            #expect(found == expected, "\(needle) in \(hay)")
        }
    }

    static func contains(_ hay: [Unicode.Scalar], _ needle: [Unicode.Scalar]) -> Bool {
        guard needle.count <= hay.count else { return false }
        return (0...hay.count - needle.count).contains { Array(hay[$0..<$0 + needle.count]) == needle }
    }

    static func batch(message: String, fields: [String: Any]) throws -> EventBatch {
        try EventBatch(json: ["time": "2026-11-22T07:35:12Z", "message": message, "fields": fields])
    }

    private static func tree(depth: Int, using random: inout SeededGenerator) -> NaiveFilter {
        let field = Self.names.randomElement(using: &random) ?? "f"
        let value = Self.values.randomElement(using: &random) ?? ""
        let number = Int.random(in: -3...12, using: &random)
        switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &random) {
        case 0, 1: return .word(value)
        case 2: return .has(field, value)
        case 3: return .equals(field, value)
        case 4: return .greater(field, number)
        case 5: return .within(field, number, number + 3)
        case 6: return .present(field)
        case 7: return .list(field, [value, Self.values.randomElement(using: &random) ?? ""])
        case 8: return .not(Self.tree(depth: depth - 1, using: &random))
        case 9: return .or((0..<2).map { _ in Self.tree(depth: depth - 1, using: &random) })
        default: return .and((0..<3).map { _ in Self.tree(depth: depth - 1, using: &random) })
        }
    }

    private static func words(using random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.values.randomElement(using: &random) ?? "" }
            .joined(separator: " ")
    }

    private static func fields(using random: inout SeededGenerator) -> [String: Any] {
        var fields: [String: Any] = [:]
        for name in Self.names where Bool.random(using: &random) {
            let number: Any = Int.random(in: -3...12, using: &random)
            let text: Any = Self.values.randomElement(using: &random) ?? ""
            fields[name] = [number, text, [number, text] as [Any]].randomElement(using: &random)
        }
        return fields
    }

    private static let names = ["f", "g_h", "x-y", "unit", "zz"]
    private static let values = [
        "a", "b", "ab", "Ab", "AB", "5", "7", "12", "-3", "a b", "x\"y", "back\\slash", "new\nline", "naïve", "Ünï",
        "or", "*", "a:b",
        "/x/", "", "t%", "(q)",
    ]
}
