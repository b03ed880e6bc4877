internal import TailraceEvent

/// Finds some fields of events by their names: `level`, `source`, `host`, members of the fields, and with dots members
/// of members.
struct FieldPicker {
    private enum Place {
        case level, source, host
        case member
    }

    private let places: [Place]
    /// Of each field, as it stands in the JSON.
    private let keys: [[UInt8]]
    private let members: [Candidate]

    /// A field whose name is matched up to `offset`.
    private struct Candidate {
        var number: Int
        var offset: Int
    }

    private static let maxDepth = 16
    private static let levelNames: [[UInt8]] = [[]] + Level.allCases.map { Array($0.name.utf8) }

    init(_ names: [String]) {
        self.places = names.map { name in
            switch name {
            case "level": .level
            case "source": .source
            case "host": .host
            default: .member
            }
        }
        self.keys = names.map { name in
            var key: [UInt8] = []
            JSONText.appendEscaped(Array(name.utf8).span, to: &key)
            return key
        }
        let places = self.places
        self.members = names.indices.filter { places[$0] == .member }.map { Candidate(number: $0, offset: 0) }
    }

    /// Every field is known of a block without reading it.
    var areAllInDigest: Bool { self.members.isEmpty }

    /// Calls `body` with the number of each field that the event has, its value, and what kind it is.
    func forEachValue(
        of record: EventBatch.Record, origin: Origin, in bytes: Span<UInt8>,
        _ body: (Int, Span<UInt8>, FieldCursor.Kind) -> Void
    ) {
        for (number, place) in self.places.enumerated() {
            switch place {
            case .level where record.level > 0:
                let name = Self.levelNames[Int(record.level)]
                body(number, name.span, .string)
            case .source: body(number, Array(origin.source.utf8).span, .string)
            case .host: body(number, Array(origin.host.utf8).span, .string)
            case .level, .member: break
            }
        }
        self.forEachMember(of: record, in: bytes, body)
    }

    /// As above, without `level`, `source` and `host`.
    func forEachMember(
        of record: EventBatch.Record, in bytes: Span<UInt8>, _ body: (Int, Span<UInt8>, FieldCursor.Kind) -> Void
    ) {
        guard !self.members.isEmpty, record.fieldsLength > 0 else { return }
        self.walk(record.fieldsRange, in: bytes, self.members, depth: 0, body)
    }

    private func walk(
        _ range: Range<Int>, in bytes: Span<UInt8>, _ candidates: [Candidate], depth: Int,
        _ body: (Int, Span<UInt8>, FieldCursor.Kind) -> Void
    ) {
        var cursor = FieldCursor(range)
        while let member = cursor.next(in: bytes) {
            let key = bytes.extracting(member.key)
            var below: [Candidate] = []
            for candidate in candidates {
                let name = self.keys[candidate.number]
                let left = name.count - candidate.offset
                guard left >= key.count, Self.stands(key, in: name, at: candidate.offset) else { continue }
                if left == key.count {
                    body(candidate.number, bytes.extracting(member.value), member.kind)
                } else if member.kind == .object, name[candidate.offset + key.count] == UInt8(ascii: ".") {
                    below.append(Candidate(number: candidate.number, offset: candidate.offset + key.count + 1))
                }
            }
            if !below.isEmpty, depth < Self.maxDepth, member.value.count >= 2 {
                let inside = member.value.lowerBound + 1..<member.value.upperBound - 1
                self.walk(inside, in: bytes, below, depth: depth + 1, body)
            }
        }
    }

    private static func stands(_ key: Span<UInt8>, in name: [UInt8], at offset: Int) -> Bool {
        for index in 0..<key.count where key[index] != name[offset + index] { return false }
        return true
    }
}
