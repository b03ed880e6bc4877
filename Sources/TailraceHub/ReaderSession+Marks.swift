package import TailraceEvent

extension ReaderSession {
    /// Tells the author of a note that it is in the log and where.
    package func marked(_ position: Position, of seq: UInt64) {
        self.send(
            ControlMessage("marked") {
                $0.member("position", position.description)
                $0.member("seq", position.seq)
                $0.member("of", seq)
            })
    }

    /// The stream that is open, `all` before one is.
    package var stream: String { self.lens?.stream ?? "all" }
}

extension ControlMessage {
    /// A mark among the events, as it is called out to the viewers of its stream.
    static func mark(_ batch: borrowing EventBatch, at index: Int, position: Position) -> ControlMessage {
        ControlMessage("mark") { mark in
            mark.member("seq", position.seq)
            mark.member("position", position.description)
            for member in batch.markMembers(at: index) where member.name != "position" {
                mark.member(member.name == "seq" ? "of" : member.name, json: member.json)
            }
            mark.member("time", Timestamp(nanoseconds: batch.records[index].time).rfc3339)
            mark.member("text", batch.message(at: index))
        }
    }
}
