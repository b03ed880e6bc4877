internal import TailraceEvent
internal import TailraceLog

/// `{"epoch":…,"order":…,"events":[…],"next":…}`, written as events are found.
final class EventsDocument: HistoryOutput {
    var text: [UInt8] = []
    private let fields: [String]?
    private var left: Int
    private var isFirst = true
    private var encoder = EventEncoder()

    init(fields: [String]?, limit: Int, epoch: String, order: HistoryRequest.Order) {
        self.fields = fields
        self.left = limit
        var head = JSONObject()
        head.member("epoch", epoch)
        head.member("order", order.name)
        self.text = head.finish().dropLast() + Array(",\"events\":[".utf8)
    }

    var isFull: Bool { self.left == 0 }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        let wanted = hits.prefix(self.left)
        for index in wanted {
            self.text.append(self.isFirst ? "\n" : ",\n")
            self.isFirst = false
            self.encoder.append(
                block.batch, at: index, seq: block.firstSeq + UInt64(index), fields: self.fields, to: &self.text)
        }
        self.left -= wanted.count
        return wanted.count
    }

    func end(_ end: HistoryEnd) {
        var tail = JSONObject()
        end.write(into: &tail)
        self.text.append(self.isFirst ? "]," : "\n],")
        self.text += tail.finish().dropFirst()
        self.text.append("\n")
    }
}

/// One event per line; everything else has a `type`: `gap`, `progress`, `end`.
final class EventLines: HistoryOutput {
    var text: [UInt8] = []
    private let fields: [String]?
    private var left: Int
    private var encoder = EventEncoder()

    init(fields: [String]?, limit: Int) {
        self.fields = fields
        self.left = limit
    }

    var isFull: Bool { self.left == 0 }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        let wanted = hits.prefix(self.left)
        for index in wanted {
            self.encoder.append(
                block.batch, at: index, seq: block.firstSeq + UInt64(index), fields: self.fields, to: &self.text)
            self.text.append("\n")
        }
        self.left -= wanted.count
        return wanted.count
    }

    func take(_ hole: HistoryHole) { self.line("gap") { hole.write(into: &$0) } }

    func progress(_ progress: HistoryProgress) {
        self.line("progress") {
            $0.member("position", progress.position.description)
            $0.member("searched", progress.searched)
            $0.member("share", progress.share)
        }
    }

    func end(_ end: HistoryEnd) { self.line("end") { end.write(into: &$0) } }

    private func line(_ type: String, _ members: (inout JSONObject) -> Void) {
        var object = JSONObject()
        object.member("type", type)
        members(&object)
        self.text += object.finish()
        self.text.append("\n")
    }
}
