import TailraceEvent
import TailraceTesting

/// Random filters of every kind, and events that some of them match.
struct RandomEvents {
    var random: SeededGenerator

    init(random: SeededGenerator) { self.random = random }

    private static let words = [
        "a", "b", "ab", "Ab", "disk", "Kelvin", "\u{212A}ey", "ſet", "naïve", "ÜNÏ", "ünï", "σς", "Σ", "日本", "timeout",
        "x y", "500", "-3", "10.1.2.3", "warn", "true", "1.5s", "é", "null", "q\"q", "back\\slash", "tab\tin", "aaaa",
        "straße", "İ", "ǅ", "10.0.0.0/8", "2026-11-22", "250ms",
    ]
    private static let names = [
        "f", "status", "unit", "user.id", "a.b.c", "items[].id", "items[0]", "_PID", "id", "raw", "dur_ms", "\"x y\"",
        "GAP", "ok", "*", "msg", "source", "host", "level", "stream", "time", "seq", "late", "gap",
    ]
    private static let patterns = [
        "a+b", "^a", "b$", "\\d{2,3}", "[a-z]+ou", "(x|xx)*y", "(a|a)*b", "é|ï", "^$", ".", "k", "\\bdisk\\b", "q.q",
        "(?i)AB", "5..", "日.", "^\\w+$",
    ]

    mutating func filter(depth: Int = 3) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 14 : 9), using: &self.random) {
        case 0, 1: return self.text()
        case 2: return "/\(self.pick(Self.patterns))/" + (Bool.random(using: &self.random) ? "i" : "")
        case 3: return "\(self.pick(Self.names)):\(self.text())"
        case 4: return "\(self.pick(Self.names))=\(self.quoted())"
        case 5:
            let op = self.pick([">", ">=", "<", "<="])
            return "\(self.pick(Self.names))\(op)\(self.pick(["5", "250ms", "warn", "1.5", "2026-11-22", "-3", "7"]))"
        case 6: return "\(self.pick(Self.names)):/\(self.pick(Self.patterns))/"
        case 7: return "\(self.pick(Self.names)):*"
        case 8: return "\(self.pick(Self.names)):\(self.number())..\(self.pick(["12", "500", ""]))"
        case 9: return "-(\(self.filter(depth: depth - 1)))"
        case 10: return "(\(self.filter(depth: depth - 1)) OR \(self.filter(depth: depth - 1)))"
        case 11: return "\(self.pick(Self.names)):(\(self.quoted()) OR \(self.quoted()))"
        default: return "(\(self.filter(depth: depth - 1)) \(self.filter(depth: depth - 1)))"
        }
    }

    mutating func batch(count: Int) -> EventBatch {
        var batch = EventBatch()
        for _ in 0..<count {
            let isEmpty = Int.random(in: 0..<8, using: &self.random) == 0
            self.append(isEmpty ? "" : self.sentence(), self.fields(), to: &batch)
        }
        return batch
    }

    mutating func append(_ message: String, _ fields: String, to batch: inout EventBatch) {
        let source = self.pick(["nginx", "disk", "a"])
        let origin = batch.origin(Origin(source: source, host: self.pick(["web-1", "db", "10.1.2.3"])))
        let time = Int64.random(in: 0..<1_800_000_000, using: &self.random) * 1_000_000_000
        batch.append(
            time: Timestamp(nanoseconds: time),
            received: Timestamp(nanoseconds: time + Int64.random(in: 0...1, using: &self.random) * 7_500_000_000),
            level: Level(rawValue: UInt8.random(in: 0...9, using: &self.random)), origin: origin,
            message: Array(message.utf8).span, fields: Array(fields.utf8).span)
        batch.records[batch.count - 1].streams = UInt64.random(in: 0...7, using: &self.random)
    }

    private mutating func sentence() -> String {
        (0..<Int.random(in: 1...5, using: &self.random)).map { _ in self.pick(Self.words) }.joined(separator: " ")
    }

    private mutating func text() -> String {
        switch Int.random(in: 0..<4, using: &self.random) {
        case 0: self.pick(["a*b", "*out", "d?sk", "?", "n*", "5*", "*ï*", "time*ut?", "k*y"])
        default: self.quoted()
        }
    }

    private mutating func quoted() -> String {
        let word = Int.random(in: 0..<4, using: &self.random) == 0 ? self.sentence() : self.pick(Self.words)
        let escaped = word.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0 == "\t" ? "\\t" : String($0) }
        return "\"\(escaped.joined())\""
    }

    private mutating func number() -> Int { Int.random(in: -3...12, using: &self.random) }

    private mutating func fields() -> String {
        var members: [String] = []
        let names = [
            "f", "status", "unit", "user", "user.id", "a", "a.b", "items", "pid", "identifier", "syslog_identifier",
            "raw", "dur_ms", "x y", "gap", "ok", "\\u0066", "_PID", "x",
        ]
        for name in names where Int.random(in: 0..<3, using: &self.random) == 0 {
            members.append("\"\(name)\":\(self.value(depth: 3))")
        }
        return members.shuffled(using: &self.random).joined(separator: ",")
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &self.random) {
        case 0: return self.pick(["true", "false", "null"])
        case 1, 2: return self.pick(["5", "500", "-3", "1.5", "7", "12", "250", "5.0", "1e3", "9007199254740993"])
        case 3, 4, 5:
            var text: [UInt8] = []
            JSONText.append(self.pick(Self.words), to: &text)
            return String(decoding: text, as: UTF8.self)
        case 6: return "[]"
        case 7: return "[\(self.value(depth: depth - 1)),\(self.value(depth: depth - 1))]"
        case 8: return "{\"id\":\(self.value(depth: depth - 1)),\"b\":{\"c\":\(self.value(depth: depth - 1))}}"
        default: return "{\"reason\":\(self.value(depth: 0)),\"b.c\":\(self.value(depth: depth - 1))}"
        }
    }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &self.random) ?? "" }
}
