/// A note that somebody tied to an event: itself an event of the log, so that it is found, resumed and exported like
/// any other.
package struct Mark: Sendable, Hashable {
    /// The `source` of what the relay itself says; no input can have this name.
    package static let source = "tailrace"

    /// The event it is about.
    package var subject: Position
    package var text: String
    package var user: String
    /// Address of the connection it came over; nil for Unix sockets.
    package var peer: String?

    package init(subject: Position, text: String, user: String, peer: String?) {
        self.subject = subject
        self.text = text
        self.user = user
        self.peer = peer
    }

    /// How the fields of every mark begin.
    fileprivate static let opening = Array("\"mark\":{".utf8)
}

extension EventBatch {
    /// Appends a mark as an event of level `notice` with `fields.mark`, in the streams of the event it is about.
    package mutating func append(_ mark: Mark, host: String, at time: Timestamp, streams: UInt64) {
        var about = JSONObject()
        about.member("seq", mark.subject.seq)
        about.member("position", mark.subject.description)
        about.member("user", mark.user)
        if let peer = mark.peer { about.member("peer", peer) }
        // The opening has the brace that the object begins with.
        let fields = Mark.opening + about.finish().dropFirst()
        let origin = self.origin(Origin(source: Mark.source, host: host))
        self.append(
            time: time, received: time, level: .notice, origin: origin, message: Array(mark.text.utf8).span,
            fields: fields.span)
        self.records[self.count - 1].streams = streams
    }

    /// The number of the relay's own origin, nil if nothing in the batch is the relay's: most batches need no look at
    /// their events to know that there is no mark in them.
    package var ownOrigin: UInt16? { self.origins.firstIndex { $0.source == Mark.source }.map(UInt16.init) }

    /// Whether the event is a mark; `ownOrigin` is this batch's.
    package func isMark(at index: Int, ownOrigin: UInt16) -> Bool {
        let record = self.records[index]
        return record.origin == ownOrigin && record.level == Level.notice.rawValue
            && self.bytes[record.fieldsRange].starts(with: Mark.opening)
    }

    /// The members of a mark's `fields.mark` as JSON: `seq`, `position`, `user`, `peer`.
    package func markMembers(at index: Int) -> [(name: String, json: [UInt8])] {
        let range = self.records[index].fieldsRange
        let bytes = self.bytes.span
        var members: [(name: String, json: [UInt8])] = []
        var cursor = FieldCursor(range.lowerBound + Mark.opening.count..<range.upperBound - 1)
        while let member = cursor.next(in: bytes) {
            let quotes = member.kind == .string ? 1 : 0
            let value = member.value.lowerBound - quotes..<member.value.upperBound + quotes
            members.append((String(decoding: self.bytes[member.key], as: UTF8.self), Array(self.bytes[value])))
        }
        return members
    }
}
