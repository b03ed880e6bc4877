import Foundation
import NIOCore
import TailraceEvent
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

@Suite struct HistoryTests {
    /// On disk with nearly nothing in memory, on disk with half of it in memory, and in memory alone.
    private static let places: [(onDisk: Bool, memory: Int)] = [(true, 1), (true, 1 << 20), (false, 1 << 30)]

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func `pages put together are what a naive search finds, in both directions and however they are cut`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let place = Self.places[Int(seed) % Self.places.count]
        let model = try HistoryModel(onDisk: place.onDisk, memory: place.memory)
        try model.fill(commits: 40, using: &random)
        for _ in 0..<60 {
            let request = model.randomRequest(using: &random)
            var limits = HistoryLimits()
            if Int.random(in: 0..<4, using: &random) == 0 { limits.maxSearched = .random(in: 1...9000, using: &random) }
            if Int.random(in: 0..<8, using: &random) == 0 { limits.maxTime = .zero }
            let history = model.history(limits)
            let limit = [1, 7, 50, 1000, 100_000][Int.random(in: 0..<5, using: &random)]
            let wanted = try model.matches(request)
            // So that one event per page does not take all day.
            let pages = limit < 50 ? 12 : 10_000
            var found: [UInt64] = []
            var page = request
            for number in 1...pages {
                let answer = try history.json(page, .json(limit: limit))
                let events = try #require(answer["events"] as? [[String: Any]])
                found += events.compactMap { ($0["seq"] as? Int).map(UInt64.init) }
                #expect(events.count <= limit && answer["matched"] as? Int == events.count)
                #expect((answer["missing"] as? [Any])?.isEmpty == true)
                guard let next = answer["next"] as? String else {
                    #expect(answer["complete"] as? Bool == true && answer["cut"] == nil)
                    #expect(found == wanted, "\(request)")
                    break
                }
                #expect(answer["complete"] as? Bool == false && answer["cut"] is String)
                #expect(number < 10_000, "pages come to an end")
                page.from = Position(next)
            }
            #expect(Array(wanted.prefix(found.count)) == found, "\(request)")
        }
    }

    @Test(arguments: [UInt64(7), 8])
    func `lines have the same events as the document`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = try HistoryModel(onDisk: true, memory: 1)
        try model.fill(commits: 20, using: &random)
        for _ in 0..<20 {
            let request = model.randomRequest(using: &random)
            let lines = try model.history().lines(request, .lines(limit: 500))
            let document = try model.history().json(request, .json(limit: 500))
            let end = try #require(lines.last)
            #expect(end["type"] as? String == "end")
            for member in ["next", "matched", "searched", "position"] {
                #expect("\(end[member] ?? "")" == "\(document[member] ?? "")")
            }
            let newline = UInt8(ascii: "\n")
            let lineTexts = try model.history().answer(request, .lines(limit: 500)).text.split(separator: newline)
            let rows = try model.history().answer(request, .json(limit: 500)).text.split(separator: newline)
            // Each event has a line of its own in the document too, with a comma behind all but the last.
            let events = rows.dropFirst().dropLast().map { $0.last == UInt8(ascii: ",") ? $0.dropLast() : $0 }
            #expect(events.map(Array.init) == lineTexts.dropLast().map(Array.init))
        }
    }

    @Test func `a time in the middle of the log is found without reading what is before it`() throws {
        var random = SeededGenerator(seed: 9)
        let model = try HistoryModel(onDisk: true, memory: 1)
        try model.fill(commits: 60, using: &random)
        let history = model.history()
        let since = Timestamp(nanoseconds: HistoryModel.base + Int64(model.log.head - 100) * 50_000_000)
        let request = HistoryRequest(stream: "all", filter: "", since: since)
        #expect(try history.json(request, .json(limit: 1000))["matched"] as? Int == model.matches(request).count)
        #expect(history.statistics.eventsSearched.value < 6000)
    }

    @Test func `blocks without a word are not read`() throws {
        let model = try HistoryModel(onDisk: true, memory: 1)
        for number in 0..<40 {
            var batch = EventBatch()
            let origin = batch.origin(Origin(source: "s", host: "h"))
            for index in 0..<1000 {
                let message = number == 17 && index == 500 ? "haystack needle" : "haystack \(index)"
                batch.append(
                    time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 1), level: .info, origin: origin,
                    message: Array(message.utf8).span, fields: Array("".utf8).span)
            }
            _ = try model.log.append(batch, checkpoints: [])
        }
        for (filter, blocks) in [("needle", 1), ("haystack", 40), ("level:error", 0), ("source:x", 0)] {
            let history = model.history()
            _ = try history.json(HistoryRequest(stream: "all", filter: filter), .json(limit: 100_000))
            #expect(history.statistics.eventsSearched.value == blocks * 1000, "\(filter)")
            #expect(history.statistics.eventsPassedBy.value == (40 - blocks) * 1000, "\(filter)")
        }
    }

    @Test func `time bounds and a neighbourhood in the filter say where to read`() throws {
        var random = SeededGenerator(seed: 10)
        let model = try HistoryModel(onDisk: true, memory: 1)
        try model.fill(commits: 10, using: &random)
        let history = model.history()
        func seqs(_ filter: String, since: Timestamp? = nil) throws -> [UInt64] {
            let request = HistoryRequest(stream: "all", filter: filter, since: since)
            let events = try history.json(request, .json(limit: 100_000))["events"] as? [[String: Any]]
            return (events ?? []).compactMap { ($0["seq"] as? Int).map(UInt64.init) }
        }
        #expect(try seqs("around:#100±3") == Array(97...103))
        #expect(try seqs("around:#2±3") == Array(1...5))
        #expect(try seqs("absent around:#100±3").isEmpty)
        let low = Timestamp(nanoseconds: HistoryModel.base + 1_000_000_000)
        let high = Timestamp(nanoseconds: HistoryModel.base + 3_000_000_000)
        let wanted = try model.matches(HistoryRequest(stream: "all", filter: "timeout", since: low, until: high))
        #expect(try seqs("timeout since:\(low.rfc3339) until:\(high.rfc3339)") == wanted && !wanted.isEmpty)
        #expect(try seqs("timeout since:1970-01-01 until:\(high.rfc3339)", since: low) == wanted)
    }

    @Test func `wrong requests are named before anything is searched`() throws {
        var random = SeededGenerator(seed: 11)
        let model = try HistoryModel(onDisk: false, memory: 1 << 30)
        try model.fill(commits: 3, using: &random)
        let history = model.history()
        func problem(_ request: HistoryRequest) -> ReaderProblem? {
            do { _ = try history.query(request) } catch { return error }
            return nil
        }
        #expect(problem(HistoryRequest(stream: "nowhere", filter: ""))?.code == .stream)
        let filter = problem(HistoryRequest(stream: "all", filter: "level>=wran"))
        #expect(filter?.code == .filter && filter?.column != nil)
        let foreign = Position(epoch: "another", seq: 3)
        let future = model.log.position(of: model.log.head + 5)
        for order in HistoryRequest.Order.allCases {
            for position in [foreign, future] {
                let from = HistoryRequest(stream: "all", filter: "", from: position, order: order)
                let to = HistoryRequest(stream: "all", filter: "", to: position, order: order)
                #expect(problem(from)?.code == .position && problem(to)?.code == .position)
            }
        }
    }

    @Test func `what retention took is told with its exact range`() throws {
        let model = try HistoryModel(onDisk: false, memory: 40_000)
        var random = SeededGenerator(seed: 12)
        try model.fill(commits: 30, using: &random)
        let oldest = model.log.oldest
        try #require(oldest > 10)
        let history = model.history()
        func missing(_ request: HistoryRequest) throws -> [String] {
            let holes = try #require(try history.json(request, .json(limit: 1))["missing"] as? [[String: Any]])
            return holes.map { hole in
                ["from", "to", "count", "reason"].map { "\(hole[$0] ?? "")" }.joined(separator: " ")
            }
        }
        let up = HistoryRequest(stream: "all", filter: "", from: model.log.position(of: 4))
        #expect(try missing(up) == ["5 \(oldest - 1) \(oldest - 5) evicted"])
        let down = HistoryRequest(stream: "all", filter: "", to: model.log.position(of: 5), order: .descending)
        #expect(try missing(down) == (try missing(up)))
        #expect(try missing(HistoryRequest(stream: "all", filter: "")).isEmpty)
        let lines = try history.lines(up, .lines(limit: 1))
        #expect(lines.first?["type"] as? String == "gap" && (lines.first?["from"] as? Int) == 5)
    }

    @Test func `a search that was left does no more, and open ones are bounded and counted`() throws {
        var random = SeededGenerator(seed: 13)
        let model = try HistoryModel(onDisk: true, memory: 1)
        try model.fill(commits: 40, using: &random)
        var limits = HistoryLimits()
        limits.maxOpen = 2
        let history = model.history(limits)
        let query = try history.query(HistoryRequest(stream: "all", filter: ""))
        func search(_ answer: History.Answer) throws(SearchRefusal) -> HistorySearch {
            try history.search(
                query, answer, of: Searcher(name: "one", isOne: true), in: .ofTests, isCompressed: false)
        }
        var searches = try (0..<2).map { _ in try search(.lines(limit: 1_000_000)) }
        #expect(throws: SearchRefusal.self) { try search(.fields) }
        #expect(history.statistics.refused.value == 1 && history.statistics.open.value == 2)
        #expect(!searches[0].step().isLast)
        searches[0].cancel()
        #expect(history.statistics.cancelled.value == 1)
        searches[1].stop()
        var last: HistorySearch.Step
        repeat { last = searches[1].step() } while !last.isLast
        #expect(String(decoding: last.bytes.readableBytesView, as: UTF8.self).contains("\"cut\":\"stopping\""))
        searches.removeAll()
        #expect(history.statistics.open.value == 0)
    }
}
