import TailraceEvent

/// Redacts one event: message and fields together, since what one holds the other may hold as well.
struct EventRedactor {
    /// An event after the rules: what is nil stayed as it was.
    struct Outcome {
        var message: [UInt8]?
        var fields: [UInt8]?
        var causes: [RedactionEdit.Cause] = []
    }

    private static let exactBytes = Array("raw_base64".utf8)
    private static let exactSuffix = Array("_base64".utf8)
    private static let cutMember = Array("\"truncated_bytes\":".utf8)

    private let redaction: Redaction
    private let texts: TextRedactor
    private let messageRules: UInt64

    init(_ redaction: Redaction, scanner: TriggerScanner) {
        self.redaction = redaction
        self.texts = TextRedactor(redaction, scanner: scanner)
        self.messageRules =
            redaction.unlimitedRules | redaction.rules(naming: Array(RedactionRule.messageField.utf8))
    }

    /// - Parameters:
    ///   - mask: the rules that hold for the event.
    ///   - mayBeCut: whether to look for what says that the line was cut.
    func outcome(message: Span<UInt8>, fields: Span<UInt8>, mask: UInt64, mayBeCut: Bool) -> Outcome {
        let isCut = mayBeCut && Self.isCut(fields)
        var outcome = Outcome()
        let edits = self.texts.edits(of: TextView(message), mask: mask & self.messageRules, isCut: isCut)
        if !edits.isEmpty {
            var text: [UInt8] = []
            edits.apply(to: message, 0..<message.count, asJSON: false, into: &text)
            outcome.message = text
            outcome.causes += edits.map(\.cause)
        }
        var reader = FieldRedactor(self.redaction, texts: self.texts, mask: mask, isCut: isCut)
        reader.read(fields)
        guard !edits.isEmpty || reader.hasEdits else { return outcome }
        outcome.causes += reader.members.flatMap(\.edits).flatMap(\.edits).map(\.cause)
        let kept = Self.withoutExactBytes(reader.members, of: fields)
        if reader.hasEdits || kept.count < reader.members.count {
            outcome.fields = Self.text(of: kept, in: fields)
        }
        return outcome
    }

    private static func isCut(_ fields: Span<UInt8>) -> Bool {
        fields.withUnsafeBufferPointer { bytes in bytes.firstRange(of: Self.cutMember) != nil }
    }

    /// Inputs keep bytes that are not UTF-8 beside their repaired text; they hold what was replaced there.
    private static func withoutExactBytes(
        _ members: [FieldRedactor.Member], of fields: Span<UInt8>
    ) -> [FieldRedactor.Member] {
        func name(_ member: FieldRedactor.Member) -> [UInt8] {
            var name: [UInt8] = []
            name.append(fields.extracting(member.key))
            return name
        }
        let changed = Set(members.filter { !$0.edits.isEmpty }.map(name))
        return members.filter { member in
            let name = name(member)
            guard name.suffix(Self.exactSuffix.count).elementsEqual(Self.exactSuffix) else { return true }
            return name != Self.exactBytes && !changed.contains(Array(name.dropLast(Self.exactSuffix.count)))
        }
    }

    private static func text(of members: [FieldRedactor.Member], in fields: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for member in members {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            var start = member.range.lowerBound
            for edit in member.edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
                text.append(fields.extracting(start..<edit.range.lowerBound))
                if edit.isNumber { text.append(UInt8(ascii: "\"")) }
                edit.edits.apply(to: fields, edit.range, asJSON: true, into: &text)
                if edit.isNumber { text.append(UInt8(ascii: "\"")) }
                start = edit.range.upperBound
            }
            text.append(fields.extracting(start..<member.range.upperBound))
        }
        return text
    }
}
