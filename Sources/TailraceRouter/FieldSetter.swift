import TailraceEvent
internal import TailraceRegex

/// Adds the fields of routes (`set = { team = "web", user = "$user" }`) to the events that they took.
///
/// A set field replaces one of the same name; of two routes that set one name the later wins.
struct FieldSetter {
    /// A field in one route: which of all fields it is, and its value with the groups as numbers.
    private struct Assignment {
        var slot: Int
        var value: Value
    }

    private enum Value {
        case constant([UInt8])
        case template([Part])
    }

    private enum Part {
        case text([UInt8])
        /// Where to look for it, in order: which of the route's patterns, and which of its groups.
        case group([(pattern: Int, group: Int)])
    }

    private struct Route {
        var assignments: [Assignment]
        var captures: [LinearPattern]
    }

    /// A longer captured value is cut. Long enough for what is looked for by value, such as a path or a user agent.
    static let maxValueBytes = 4096
    /// What routes add to one event from its message at most, so that patterns cannot multiply what a source sends.
    static let maxAddedBytes = 64 << 10

    private let routes: [Route]
    /// All names that any route sets, escaped, in their order.
    private let keys: [[UInt8]]
    /// A bit for each route that took the event and sets something.
    private var hits: [UInt64] = []
    private(set) var isNeeded = false
    /// The values of the event at hand, by slot: where they stand in `text`.
    private var values: [Range<Int>?]
    private var text: [UInt8] = []
    /// By route, since the last look: values that were cut or not set.
    private(set) var cutValues: [UInt64]

    init(_ fields: [RouteFields]) {
        let names = Set(fields.flatMap { $0.values.map(\.name) }).sorted()
        self.keys = names.map { name in
            var key: [UInt8] = []
            JSONText.append(name, to: &key)
            return Array(key.dropFirst().dropLast())
        }
        self.routes = fields.map { Self.route($0, names: names) }
        self.values = Array(repeating: nil, count: names.count)
        self.cutValues = Array(repeating: 0, count: fields.count)
    }

    private static func route(_ fields: RouteFields, names: [String]) -> Route {
        let assignments = fields.values.compactMap { name, value -> Assignment? in
            guard let slot = names.firstIndex(of: name) else { return nil }
            switch value {
            case .constant(let json): return Assignment(slot: slot, value: .constant(json))
            case .template(let parts):
                return Assignment(slot: slot, value: .template(parts.map { Self.part($0, fields.captures) }))
            }
        }
        return Route(assignments: assignments, captures: fields.captures)
    }

    private static func part(_ part: RouteFields.Part, _ captures: [LinearPattern]) -> Part {
        switch part {
        case .text(let text): .text(text)
        case .group(let name):
            .group(
                captures.enumerated().compactMap { index, pattern in pattern.group(named: name).map { (index, $0) } })
        }
    }

    mutating func begin(count: Int) {
        self.isNeeded = false
        for index in self.cutValues.indices { self.cutValues[index] = 0 }
        guard !self.keys.isEmpty else { return }
        self.hits.removeAll(keepingCapacity: true)
        self.hits.append(contentsOf: repeatElement(0, count: count))
    }

    mutating func mark(_ indexes: [Int], route: Int) {
        guard !self.routes[route].assignments.isEmpty, !indexes.isEmpty else { return }
        let bit: UInt64 = 1 << UInt64(route)
        for index in indexes { self.hits[index] |= bit }
        self.isNeeded = true
    }

    mutating func rewritten(_ batch: EventBatch) -> EventBatch {
        var records = batch.records
        var bytes: [UInt8] = []
        bytes.reserveCapacity(batch.bytes.count + batch.bytes.count / 4)
        let source = batch.bytes.span
        for index in records.indices {
            let record = records[index]
            records[index].offset = UInt32(bytes.count)
            bytes.append(source.extracting(record.messageRange))
            let start = bytes.count
            if self.hits[index] == 0 {
                bytes.append(source.extracting(record.fieldsRange))
            } else {
                self.evaluate(self.hits[index], message: source.extracting(record.messageRange))
                self.merge(record.fieldsRange, of: source, to: &bytes)
            }
            records[index].fieldsLength = UInt32(bytes.count - start)
        }
        return EventBatch(origins: batch.origins, records: records, bytes: bytes)
    }

    /// The event's own members that nothing replaces, then the set ones.
    private func merge(_ range: Range<Int>, of source: Span<UInt8>, to bytes: inout [UInt8]) {
        let start = bytes.count
        var cursor = FieldCursor(range)
        while let member = cursor.next(in: source) {
            let key = source.extracting(member.key)
            if self.isReplaced(key) { continue }
            let end = member.kind == .string ? member.value.upperBound + 1 : member.value.upperBound
            if bytes.count > start { bytes.append(",") }
            bytes.append(source.extracting(member.key.lowerBound - 1..<end))
        }
        for (slot, value) in self.values.enumerated() {
            guard let value else { continue }
            if bytes.count > start { bytes.append(",") }
            bytes.append("\"")
            bytes.append(contentsOf: self.keys[slot])
            bytes.append("\":")
            bytes.append(contentsOf: self.text[value])
        }
    }

    private func isReplaced(_ key: Span<UInt8>) -> Bool {
        for (slot, name) in self.keys.enumerated() where name.count == key.count && self.values[slot] != nil {
            if name.indices.allSatisfy({ name[$0] == key[$0] }) { return true }
        }
        return false
    }

    private mutating func evaluate(_ routes: UInt64, message: Span<UInt8>) {
        for slot in self.values.indices { self.values[slot] = nil }
        self.text.removeAll(keepingCapacity: true)
        var rest = routes
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            let route = self.routes[number]
            let matches = route.captures.map { $0.search(message.bytes) }
            for assignment in route.assignments {
                let start = self.text.count
                switch assignment.value {
                case .constant(let json): self.text += json
                case .template(let parts):
                    guard self.fill(parts, from: matches, of: message, route: number) else {
                        self.text.removeSubrange(start...)
                        continue
                    }
                }
                self.values[assignment.slot] = start..<self.text.count
            }
        }
    }

    /// False if a group took no part, or the event has got enough.
    private mutating func fill(
        _ parts: [Part], from matches: [[Range<Int>?]?], of message: Span<UInt8>, route: Int
    ) -> Bool {
        guard self.text.count < Self.maxAddedBytes else {
            self.cutValues[route] += 1
            return false
        }
        self.text.append("\"")
        for part in parts {
            switch part {
            case .text(let text): JSONText.appendEscaped(text.span, to: &self.text)
            case .group(let places):
                guard let range = places.lazy.compactMap({ matches[$0.pattern]?[$0.group] }).first else { return false }
                let kept = Self.cut(range, of: message)
                if kept.count < range.count { self.cutValues[route] += 1 }
                JSONText.appendEscaped(message.extracting(kept), to: &self.text)
            }
        }
        self.text.append("\"")
        return true
    }

    /// At most `maxValueBytes`, and whole characters: a pattern can match single bytes with `\C`.
    private static func cut(_ range: Range<Int>, of message: Span<UInt8>) -> Range<Int> {
        func isInside(_ index: Int) -> Bool { index < message.count && message[index] & 0xC0 == 0x80 }
        var start = range.lowerBound
        var end = min(range.upperBound, start + Self.maxValueBytes)
        while end > start && isInside(end) { end -= 1 }
        while start < end && isInside(start) { start += 1 }
        return start..<end
    }
}
