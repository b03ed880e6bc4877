package import TailraceEvent

/// One event as it came: its line, and where its parts are in it.
package struct EventLine: Sendable {
    package let members: JSONMembers
    package let seq: UInt64
    /// The members of `fields`; nil if there are none.
    package let fields: JSONMembers?

    /// Nil if the line is no event: those have `seq`, and no `type`.
    package init?(_ line: [UInt8]) {
        guard let members = JSONMembers(line), members.value("type") == nil, let seq = members.unsigned("seq") else {
            return nil
        }
        self.members = members
        self.seq = seq
        self.fields = members.object("fields")
    }

    package var line: [UInt8] { self.members.bytes }
    package var time: Timestamp? { self.members.string("time").flatMap { Timestamp(rfc3339: $0) } }
    package var level: Level? { self.members.string("level").flatMap { Level(name: $0) } }
    package var source: String { self.members.string("source") ?? "" }
    package var host: String { self.members.string("host") ?? "" }
    package var message: [UInt8] { self.members.value("message").map { self.members.text(of: $0) } ?? [] }
    /// True for an event that tells of a loss in its source.
    package var isGap: Bool { self.fields?.value("gap") != nil }

    /// The number of an event whose line begins as relays write them, without reading the rest.
    package static func quickSeq(_ line: [UInt8]) -> UInt64? {
        let head = Array("{\"seq\":".utf8)
        guard line.starts(with: head) else { return nil }
        var seq: UInt64 = 0
        for byte in line[head.count...] {
            guard byte &- 0x30 < 10 else { return byte == UInt8(ascii: ",") && seq > 0 ? seq : nil }
            let (product, overflow) = seq.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
            if overflow || carry { return nil }
            seq = sum
        }
        return nil
    }
}
