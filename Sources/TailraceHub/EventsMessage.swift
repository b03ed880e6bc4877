internal import NIOCore
internal import TailraceEvent

/// Matched events being gathered for one message: their JSON, one after the other, and where each ends.
struct EventsMessage {
    private(set) var json: [UInt8] = []
    private(set) var ends: [Int] = []
    /// Seqs of the events, for server-sent events' ids.
    private var seqs: [UInt64] = []
    private var encoder = EventEncoder()

    /// Events of the stream considered since the last message.
    var seen = 0
    /// Events that passed the filter since the last message, sent or not.
    var matched = 0

    var count: Int { self.ends.count }
    var bytes: Int { self.json.count }

    mutating func append(_ batch: borrowing EventBatch, at index: Int, seq: UInt64, fields: [String]?) {
        if !self.json.isEmpty { self.json.append(UInt8(ascii: ",")) }
        self.encoder.append(batch, at: index, seq: seq, fields: fields, to: &self.json)
        self.ends.append(self.json.count)
        self.seqs.append(seq)
    }

    mutating func clear() {
        self.json.removeAll(keepingCapacity: true)
        self.ends.removeAll(keepingCapacity: true)
        self.seqs.removeAll(keepingCapacity: true)
        self.seen = 0
        self.matched = 0
    }

    /// The JSON of an `events` message for the seqs `first` to `last`.
    func text(first: UInt64, last: UInt64, position: Position, fetched: Bool = false) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(self.json.count + 160)
        text.append("{\"type\":\"events\",\"first\":")
        text.appendDecimal(first)
        text.append(",\"last\":")
        text.appendDecimal(last)
        if fetched {
            text.append(",\"fetched\":true")
        } else {
            text.append(",\"position\":\"")
            text.append(contentsOf: position.description.utf8)
            text.append("\"")
        }
        text.append(",\"matched\":")
        text.appendDecimal(UInt64(self.matched))
        text.append(",\"seen\":")
        text.appendDecimal(UInt64(self.seen))
        text.append(",\"events\":[")
        text.append(contentsOf: self.json)
        text.append("]}")
        return text
    }

    /// One event per line.
    func lines() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: self.json.count + 1)
        self.forEachEvent { text, _ in
            buffer.writeBytes(text)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }

    /// One server-sent event per event, its id the position.
    func serverSentEvents(epoch: String) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: self.json.count + self.count * 40)
        self.forEachEvent { text, seq in
            buffer.writeString("id: \(epoch):\(seq)\ndata: ")
            buffer.writeBytes(text)
            buffer.writeString("\n\n")
        }
        return buffer
    }

    private func forEachEvent(_ body: (ArraySlice<UInt8>, UInt64) -> Void) {
        var start = 0
        for (end, seq) in zip(self.ends, self.seqs) {
            body(self.json[start..<end], seq)
            start = end + 1  // the comma
        }
    }
}
