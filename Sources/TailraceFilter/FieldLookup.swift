import TailraceEvent

/// What a clause found in one event.
package enum ClauseOutcome: Sendable, Hashable {
    case holds, fails
    /// The event does not have the field.
    case missing
}

/// Finds a field by its name in an event's fields and asks a check about its value.
///
/// `user.id` finds `{"user":{"id":…}}` as well as `{"user.id":…}`.
final class FieldLookup: Sendable {
    private enum Step: Sendable {
        /// A member; each way to read the name with the step that follows it: `a`, `a.b`, `a.b.c`.
        case member([(key: [UInt8], next: Int)])
        case element(Int)
        case everyElement
    }

    let path: [PathStep]
    private let steps: [Step]
    /// What stands in the fields if they have the member: `"status":` for a plain name, `"user` where more may follow.
    private let key: Needle
    let isPlain: Bool

    init(_ path: [PathStep]) {
        self.path = path
        self.steps = path.indices.map { index in
            switch path[index] {
            case .name: .member(Self.readings(of: path, from: index))
            case .element(let number): .element(number)
            case .everyElement: .everyElement
            }
        }
        self.isPlain = path.count == 1
        var key: [UInt8] = []
        if case .name(let name)? = path.first { JSONText.append(name, to: &key) }
        let text = String(decoding: key, as: UTF8.self)
        self.key = Needle(self.isPlain ? text + ":" : String(text.dropLast()), ignoresCase: false)
    }

    /// Keys of which an event's fields have at least one if they have this field.
    var firstKeys: [[UInt8]] {
        guard case .member(let readings)? = self.steps.first else { return [] }
        return readings.map(\.key)
    }

    private static func readings(of path: [PathStep], from start: Int) -> [(key: [UInt8], next: Int)] {
        var readings: [(key: [UInt8], next: Int)] = []
        var key = ""
        for index in start..<path.count {
            guard case .name(let name) = path[index] else { break }
            key += index == start ? name : ".\(name)"
            readings.append((Array(key.utf8), index + 1))
        }
        return readings
    }

    /// Looks in the inside of an object at `range` of `bytes`.
    func outcome(of check: ValueCheck, in range: Range<Int>, of bytes: Span<UInt8>, _ scratch: MatchScratch)
        -> ClauseOutcome
    {
        if range.isEmpty { return .missing }
        let fields = bytes.extracting(range)
        guard let offset = self.key.offset(in: fields) else {
            // Escapes may spell a key differently; without any the key is not there at any depth.
            if !JSONUnescaping.needsUnescaping(fields) { return .missing }
            return self.member(0, in: range, of: bytes, check, scratch)
        }
        // Before the first bracket everything is a member of the event's own, so the walk can begin at the key, unless
        // the same key may stand there with escapes. A quote inside a string is escaped, so what looks like a key and
        // its colon is one.
        let before = fields.extracting(0..<offset)
        let isNested = before.withUnsafeBufferPointer { $0.contains(UInt8(ascii: "{"), or: UInt8(ascii: "[")) }
        let isFirst = self.isPlain && !isNested && !JSONUnescaping.needsUnescaping(before)
        let start = isFirst ? range.lowerBound + offset : range.lowerBound
        return self.member(0, in: start..<range.upperBound, of: bytes, check, scratch)
    }

    private func member(
        _ step: Int, in range: Range<Int>, of bytes: Span<UInt8>, _ check: ValueCheck, _ scratch: MatchScratch
    ) -> ClauseOutcome {
        guard case .member(let readings) = self.steps[step] else { return .missing }
        var outcome = ClauseOutcome.missing
        var cursor = FieldCursor(range)
        while let member = cursor.next(in: bytes) {
            for reading in readings where Self.isKey(reading.key, at: member.key, of: bytes, scratch) {
                let found = self.follow(reading.next, member.value, member.kind, of: bytes, check, scratch)
                if found == .holds { return .holds }
                // Of several members with one plain name the first counts.
                if found == .fails, self.isPlain { return .fails }
                if found == .fails { outcome = .fails }
            }
        }
        return outcome
    }

    private func follow(
        _ step: Int, _ value: Range<Int>, _ kind: FieldCursor.Kind, of bytes: Span<UInt8>, _ check: ValueCheck,
        _ scratch: MatchScratch
    ) -> ClauseOutcome {
        guard step < self.steps.count else {
            return Self.ask(check, about: value, kind, of: bytes, scratch, depth: 0) ? .holds : .fails
        }
        switch self.steps[step] {
        case .member:
            guard kind == .object else { return .missing }
            return self.member(step, in: value.inside, of: bytes, check, scratch)
        case .element, .everyElement:
            guard kind == .array else { return .missing }
            return self.elements(step, in: value.inside, of: bytes, check, scratch)
        }
    }

    private func elements(
        _ step: Int, in range: Range<Int>, of bytes: Span<UInt8>, _ check: ValueCheck, _ scratch: MatchScratch
    ) -> ClauseOutcome {
        var wanted: Int?
        if case .element(let number) = self.steps[step] { wanted = number }
        var outcome = ClauseOutcome.missing
        var cursor = FieldCursor(range)
        var index = 0
        while let element = cursor.nextElement(in: bytes) {
            defer { index += 1 }
            if let wanted, wanted != index { continue }
            let found = self.follow(step + 1, element.value, element.kind, of: bytes, check, scratch)
            if found == .holds { return .holds }
            if found == .fails { outcome = .fails }
            if wanted != nil { break }
        }
        return outcome
    }

    private static func isKey(_ key: [UInt8], at range: Range<Int>, of bytes: Span<UInt8>, _ scratch: MatchScratch)
        -> Bool
    {
        let written = bytes.extracting(range)
        guard JSONUnescaping.needsUnescaping(written) else { return written.isEqual(to: key) }
        JSONUnescaping.unescape(written, into: &scratch.text)
        return scratch.text == key
    }

    /// A value itself, or any element of an array.
    static func ask(
        _ check: ValueCheck, about value: Range<Int>, _ kind: FieldCursor.Kind, of bytes: Span<UInt8>,
        _ scratch: MatchScratch, depth: Int
    ) -> Bool {
        if check.isPresence { return true }
        switch kind {
        case .object: return false
        case .array:
            guard depth < Self.maxArrayDepth else { return false }
            var cursor = FieldCursor(value.inside)
            while let element = cursor.nextElement(in: bytes) {
                if Self.ask(check, about: element.value, element.kind, of: bytes, scratch, depth: depth + 1) {
                    return true
                }
            }
            return false
        case .string:
            let text = bytes.extracting(value)
            guard JSONUnescaping.needsUnescaping(text) else { return check.passes(text, .string, scratch) }
            var unescaped: [UInt8] = []
            swap(&unescaped, &scratch.text)
            JSONUnescaping.unescape(text, into: &unescaped)
            defer { swap(&unescaped, &scratch.text) }
            return check.passes(unescaped.span, .string, scratch)
        case .number, .bool, .null:
            return check.passes(bytes.extracting(value), kind, scratch)
        }
    }

    /// Arrays in arrays beyond this are not looked into: bounds the recursion, whatever a source sends.
    private static let maxArrayDepth = 16
}

extension Range<Int> {
    /// Between the brackets of an object or array.
    var inside: Range<Int> {
        self.count >= 2 ? self.lowerBound + 1..<self.upperBound - 1 : self.lowerBound..<self.lowerBound
    }
}

/// All values in an event's fields at any depth, without recursion: what `*:text` looks at.
struct ValueScan {
    private var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    mutating func next(in bytes: Span<UInt8>) -> (value: Range<Int>, kind: FieldCursor.Kind)? {
        while self.position < self.end {
            switch bytes[self.position] {
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
                UInt8(ascii: ":"):
                self.position += 1
            case UInt8(ascii: "\""):
                let range = self.takeString(in: bytes)
                let isKey = self.position < self.end && bytes[self.position] == UInt8(ascii: ":")
                if !isKey { return (range, .string) }
            default: return self.takeScalar(in: bytes)
            }
        }
        return nil
    }

    private mutating func takeString(in bytes: Span<UInt8>) -> Range<Int> {
        let start = self.position + 1
        var index = start
        while index < self.end, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let stop = max(start, min(index, self.end))
        self.position = min(stop + 1, self.end)
        return min(start, self.end)..<min(stop, self.end)
    }

    private mutating func takeScalar(in bytes: Span<UInt8>) -> (Range<Int>, FieldCursor.Kind) {
        let start = self.position
        while self.position < self.end, bytes[self.position] != UInt8(ascii: ","),
            bytes[self.position] != UInt8(ascii: "]"), bytes[self.position] != UInt8(ascii: "}")
        {
            self.position += 1
        }
        let kind: FieldCursor.Kind =
            switch bytes[start] {
            case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
            case UInt8(ascii: "n"): .null
            default: .number
            }
        return (start..<self.position, kind)
    }
}
