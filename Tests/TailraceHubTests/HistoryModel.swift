import Foundation
import NIOCore
import NIOPosix
import TailraceEvent
import TailraceFilter
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

/// A log of random events, and the same events in a plain array that searches are held against.
final class HistoryModel {
    let log: EventLog
    let streams = StreamTable(entries: ["odd": .init(number: 5, batch: .standard, filter: "")])
    private(set) var blocks: [StoredBlock] = []
    private let folder: String?

    static let filters = [
        "", "", "timeout", "Needle", "level>=error", "-level:info", "source:shop timeout", "unit:nginx", "status>=500",
        "rare OR needle", "host=web-2 -timeout", "/time.ut/", "absent", "user.name:kim", "gap:*", "-gap:* level:warn",
    ]

    init(onDisk: Bool, memory: Int) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("tailrace-history-\(UUID().uuidString)")
        self.folder = onDisk ? url.path : nil
        self.log = try EventLog(
            settings: .init(
                path: self.folder, maxBytes: 1 << 40, maxAge: .seconds(1_000_000_000), sync: .never,
                memoryBytes: memory))
    }

    deinit { if let folder = self.folder { try? FileManager.default.removeItem(atPath: folder) } }

    func fill(commits: Int, using random: inout SeededGenerator) throws {
        for _ in 0..<commits {
            let sizes = [1, 1, 2, 5, 40, 600, 2500]
            var batch = EventBatch()
            let size = sizes[Int.random(in: sizes.indices, using: &random)]
            for _ in 0..<size { self.append(to: &batch, using: &random) }
            self.blocks += try self.log.append(batch, checkpoints: [])
        }
    }

    static let base: Int64 = 1_795_332_000_000_000_000

    private func append(to batch: inout EventBatch, using random: inout SeededGenerator) {
        let seq = self.log.head + UInt64(batch.count) + 1
        let time = Timestamp(
            nanoseconds: Self.base + Int64(seq) * 50_000_000
                + Int64.random(in: -900_000_000...900_000_000, using: &random))
        let sources = ["shop", "web", "é"]
        let origin = batch.origin(
            Origin(
                source: sources[Int.random(in: 0..<3, using: &random)],
                host: "web-\(Int.random(in: 1...2, using: &random))"))
        if Int.random(in: 0..<3000, using: &random) == 0 {
            batch.append(
                SourceGap(reason: "dropped", count: 3, message: "3 lost"), origin: origin, at: time)
        } else {
            let words = ["connected", "timeout", "NEEDLE", "needle", "closed"]
            let isRare = Int.random(in: 0..<900, using: &random) == 0
            let word = isRare ? "rare" : words[Int.random(in: 0..<5, using: &random)]
            let units = ["nginx.service", "cron.service"]
            var fields = "\"unit\":\"\(units[Int.random(in: 0..<2, using: &random)])\""
            fields += ",\"status\":\(Int.random(in: 198...502, using: &random))"
            if Bool.random(using: &random) { fields += ",\"user\":{\"name\":\"kim\"}" }
            let level = Int.random(in: 0...9, using: &random)
            batch.append(
                time: time, received: time, level: Level(rawValue: UInt8(level)), origin: origin,
                message: Array("\(word) \(seq)".utf8).span, fields: Array(fields.utf8).span)
        }
        if seq % 2 == 1 { batch.records[batch.count - 1].streams = 1 << 5 }
    }

    /// The numbers that match, found by looking at every event.
    func matches(_ request: HistoryRequest) throws -> [UInt64] {
        var matcher = Matcher(try Filter(parsing: request.filter), context: MatchContext(streamNumbers: ["odd": 5]))
        var found: [UInt64] = []
        let low = request.order == .ascending ? request.from.map { $0.seq + 1 } : request.to?.seq
        let high = request.order == .ascending ? request.to?.seq : request.from.map { $0.seq - min($0.seq, 1) }
        for block in self.blocks {
            for index in 0..<block.batch.count {
                let seq = block.firstSeq + UInt64(index)
                let record = block.batch.records[index]
                guard seq >= low ?? 0, seq <= high ?? .max, record.time >= request.since?.nanoseconds ?? .min,
                    record.time < request.until?.nanoseconds ?? .max,
                    request.stream == "all" || record.streams & 1 << 5 != 0,
                    matcher.matches(block.batch, at: index, seq: seq)
                else { continue }
                found.append(seq)
            }
        }
        return request.order == .ascending ? found : found.reversed()
    }

    func event(_ seq: UInt64) throws -> (batch: EventBatch, index: Int) {
        let block = try #require(self.blocks.last { $0.firstSeq <= seq })
        return (block.batch, Int(seq - block.firstSeq))
    }

    func randomRequest(using random: inout SeededGenerator) -> HistoryRequest {
        let head = self.log.head
        func position() -> Position? {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return nil }
            return self.log.position(of: .random(in: 0...head, using: &random))
        }
        func time() -> Timestamp? {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return nil }
            let seq = Int64.random(in: 0...Int64(head), using: &random)
            return Timestamp(nanoseconds: Self.base + seq * 50_000_000)
        }
        let stream = Int.random(in: 0..<4, using: &random) == 0 ? "odd" : "all"
        return HistoryRequest(
            stream: stream, filter: Self.filters[Int.random(in: Self.filters.indices, using: &random)],
            from: position(), to: position(), since: time(), until: time(),
            order: Bool.random(using: &random) ? .ascending : .descending)
    }

    func history(_ limits: HistoryLimits = HistoryLimits()) -> History {
        History(log: self.log, streams: self.streams, limits: limits)
    }
}

extension SearchTurns {
    /// Its workers do nothing: tests take the steps themselves.
    static let ofTests = SearchTurns(workers: NIOThreadPool(numberOfThreads: 1), atOnce: 1)
}

extension History {
    /// The whole answer, and how many steps it took.
    func answer(_ request: HistoryRequest, _ answer: Answer) throws -> (text: [UInt8], steps: Int) {
        let search = try self.search(
            try self.query(request), answer, of: Searcher(name: "test", isOne: true), in: .ofTests, isCompressed: false)
        var text: [UInt8] = []
        for step in 1... {
            let piece = search.step()
            text += Array(piece.bytes.readableBytesView)
            if piece.isLast { return (text, step) }
        }
        return (text, 0)
    }

    func json(_ request: HistoryRequest, _ answer: Answer) throws -> [String: Any] {
        let text = try self.answer(request, answer).text
        return try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    }

    func lines(_ request: HistoryRequest, _ answer: Answer) throws -> [[String: Any]] {
        try self.answer(request, answer).text.split(separator: UInt8(ascii: "\n")).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
        }
    }
}
