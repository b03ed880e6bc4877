import Foundation
import TailraceEvent
import TailraceFilter
@testable import TailraceRouter
import TailraceTesting
import Testing

/// What a stream told in its own events.
private struct Told: Hashable {
    var stream: String
    var reason: String
    var count: UInt64
    var from: UInt64
    var to: UInt64

    init?(_ batch: EventBatch, at index: Int) throws {
        let text = Data(batch.fields(at: index).utf8)
        let fields = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        guard let gap = fields["gap"] as? [String: Any], let stream = fields["route"] as? String else { return nil }
        self.stream = stream
        self.reason = try #require(gap["reason"] as? String)
        self.count = UInt64(try #require(gap["count"] as? Int))
        self.from = try #require((gap["from"] as? String).flatMap { UInt64($0) })
        self.to = try #require((gap["to"] as? String).flatMap { UInt64($0) })
    }
}

/// A router with the log behind it: what it stored, in order, with the numbers that events got.
private struct Recorder: ~Copyable {
    var router: Router
    var log = EventBatch()
    var checkpoints: [String: [String: [UInt8]]] = [:]
    private let numbers: [String: Int]

    init(_ routes: [RouteDefinition], numbers: [String: Int], status: RouterStatus) {
        self.router = Router(routes: routes, streamNumbers: numbers, host: "h", status: status)
        self.numbers = numbers
    }

    mutating func take(_ batch: EventBatch, at now: Int64) {
        var batch = batch
        let kept = self.router.route(
            &batch, firstSeq: UInt64(self.log.count + 1),
            at: Moment(monotonic: now, wall: Timestamp(nanoseconds: now)))
        self.commit(batch, kept.checkpoints)
    }

    mutating func finish(at now: Int64) {
        let last = self.router.finish(at: Moment(monotonic: now, wall: Timestamp(nanoseconds: now)))
        self.commit(last.batch, last.routed.checkpoints)
    }

    private mutating func commit(_ batch: EventBatch, _ checkpoints: [Checkpoint]) {
        self.log.append(batch)
        for checkpoint in checkpoints {
            self.checkpoints[checkpoint.input, default: [:]][checkpoint.key] = checkpoint.value
        }
    }

    func told(to stream: String) throws -> [Told] {
        let bit: UInt64 = 1 << UInt64(self.numbers[stream]!)
        return try self.log.records.indices.compactMap { index in
            let record = self.log.records[index]
            guard record.isAside, record.streams & bit != 0 else { return nil }
            return try Told(self.log, at: index)
        }
    }

    /// Numbers of the log's events that are in the stream, without what it told.
    func seqs(of stream: String) -> [UInt64] {
        let bit: UInt64 = 1 << UInt64(self.numbers[stream]!)
        return self.log.records.indices.filter {
            !self.log.records[$0].isAside && self.log.records[$0].streams & bit != 0
        }.map { UInt64($0 + 1) }
    }
}

@Suite struct ThinningTests {
    private static let second: Int64 = 1_000_000_000

    private static func batch(
        _ count: Int, level: Level? = .info, _ message: (Int) -> String = { "line \($0)" }
    ) -> EventBatch {
        RouterTests.batch((0..<count).map { ("app", level, message($0), "\"n\":\($0)") })
    }

    private static func route(_ name: String, _ thinning: Thinning, where text: String = "") throws -> RouteDefinition {
        RouteDefinition(name: name, whereFilter: try Filter(parsing: text), purpose: .stream(thinning))
    }

    @Test func `a sample keeps errors, the first of each kind, and exactly one of so many of the rest`() throws {
        let routes = [try Self.route("s", Thinning(sampleOneOf: 10))]
        let status = RouterStatus(routes: routes)
        var recorder = Recorder(routes, numbers: ["s": 0], status: status)
        recorder.take(Self.batch(1001), at: 0)
        recorder.take(Self.batch(50, level: .error), at: 1)
        recorder.take(Self.batch(11, level: .debug) { "other \($0)" }, at: 2)
        let numbers = status.streams[0].snapshot
        #expect(numbers.kept[.info] == 1 + 100 && numbers.kept[.error] == 50 && numbers.kept[.debug] == 1 + 1)
        #expect(numbers.first == 2 && numbers.sampled == 900 + 9)
        #expect(recorder.seqs(of: "s").count == 153 && recorder.log.count == 1062)
        recorder.finish(at: 3)
        let told = try recorder.told(to: "s")
        #expect(told.map(\.count) == [909] && told[0].reason == "sampled" && told[0].stream == "s")
        let kept = Set(recorder.seqs(of: "s"))
        let leftOut = (1...1062).map(UInt64.init).filter { !kept.contains($0) }
        #expect(told[0].from == leftOut.first && told[0].to == leftOut.last)
    }

    @Test func `a sample is not caught by events that come in turn`() {
        var sample = StratifiedSample(oneOf: 2, seed: 7)
        var kept = [0, 0]
        for turn in 0..<20_000 {
            let message = turn % 2 == 0 ? "ping" : "pong"
            if sample.judge(level: 3, message: Array(message.utf8).span) == .picked { kept[turn % 2] += 1 }
        }
        #expect(kept[0] + kept[1] == 9999 && kept[0] > 4000 && kept[1] > 4000)
    }

    @Test func `what a limit leaves out is told once a second and at the end, in the stream alone`() throws {
        let routes = [
            try Self.route("l", Thinning(rateLimit: RateLimit(count: 5, periodNanoseconds: Self.second))),
            try Self.route("every", Thinning()),
        ]
        var recorder = Recorder(routes, numbers: ["l": 4, "every": 5], status: RouterStatus(routes: routes))
        for step in 0..<25 { recorder.take(Self.batch(4), at: Int64(step) * Self.second / 10) }
        #expect(try recorder.told(to: "l").count == 2)
        recorder.take(EventBatch(), at: 3 * Self.second)
        recorder.take(EventBatch(), at: 9 * Self.second)
        let told = try recorder.told(to: "l")
        #expect(told.count == 3 && told.allSatisfy { $0.reason == "rate_limit" })
        #expect(told.reduce(0) { $0 + $1.count } == 100 - 17 && recorder.seqs(of: "l").count == 17)
        #expect(recorder.seqs(of: "every").count == 100)
        #expect(try recorder.told(to: "every").isEmpty)
        #expect(recorder.router.millisecondsUntilDue(at: Moment(monotonic: 0, wall: .now())) == nil)
        recorder.finish(at: 10 * Self.second)
        #expect(try recorder.told(to: "l").count == 3)
    }

    @Test func `how long until something has to be told`() throws {
        let routes = [try Self.route("l", Thinning(rateLimit: RateLimit(count: 1, periodNanoseconds: Self.second)))]
        var recorder = Recorder(routes, numbers: ["l": 0], status: RouterStatus(routes: routes))
        recorder.take(Self.batch(2), at: 5)
        let later = Moment(monotonic: 5 + Self.second / 4, wall: .now())
        #expect(recorder.router.millisecondsUntilDue(at: later) == 750)
    }

    @Test func `a drop rule stores nothing of its events, before any stream, and counts them`() throws {
        let routes = [
            try Self.route("web", Thinning()),
            RouteDefinition(name: "noise", whereFilter: try Filter(parsing: "level<=debug"), purpose: .drop),
            RouteDefinition(name: "more", whereFilter: try Filter(parsing: "n>=8"), purpose: .drop),
        ]
        let status = RouterStatus(routes: routes)
        var recorder = Recorder(routes, numbers: ["web": 0], status: status)
        recorder.take(Self.batch(10, level: .debug), at: 0)
        recorder.take(Self.batch(10), at: 0)
        #expect(recorder.log.count == 8 && recorder.seqs(of: "web") == Array(1...8))
        #expect(status.drops.map(\.snapshot.seen.total) == [10, 2] && status.drops.map(\.name) == ["noise", "more"])
        #expect(status.drops[0].snapshot.droppedBytes == 10 * UInt64("line 0\"n\":0".utf8.count))
        let totals = status.totals
        #expect(totals.taken == 20 && totals.stored.total == 8 && totals.dropped == 12)
    }

    @Test func `the relay's own events are never dropped, sampled or limited`() throws {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "app", host: "h"))
        let nothing: [UInt8] = []
        for number in 0..<5 {
            batch.append(
                SourceGap(reason: "dropped", count: 3, message: "x"), origin: origin, at: Timestamp(nanoseconds: 1))
            let mark = Array("\"mark\":{\"text\":\"\(number)\"}".utf8)
            batch.append(
                time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 1), level: nil, origin: origin,
                message: nothing.span, fields: mark.span)
        }
        let routes = [
            RouteDefinition(name: "drop", purpose: .drop),
            try Self.route("sampled", Thinning(sampleOneOf: 1000)),
            try Self.route(
                "limited", Thinning(rateLimit: RateLimit(count: 1, periodNanoseconds: Self.second))),
        ]
        var recorder = Recorder(routes, numbers: ["sampled": 0, "limited": 1], status: RouterStatus(routes: routes))
        recorder.take(batch, at: 0)
        recorder.take(Self.batch(5), at: 0)
        #expect(recorder.log.count == 10)
        #expect(recorder.seqs(of: "sampled").count == 10 && recorder.seqs(of: "limited").count == 10)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func `whatever comes and whenever the relay is killed, kept and told are what was seen`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let routes = [
            try Self.route("both", Thinning(
                sampleOneOf: 4, rateLimit: RateLimit(count: 30, periodNanoseconds: Self.second))),
            try Self.route("sampled", Thinning(sampleOneOf: 7), where: "level<=warn"),
            try Self.route("limited", Thinning(rateLimit: RateLimit(count: 9, periodNanoseconds: Self.second))),
            RouteDefinition(name: "drop", whereFilter: try Filter(parsing: "gone"), purpose: .drop),
        ]
        let numbers = ["both": 0, "sampled": 9, "limited": 62]
        let status = RouterStatus(routes: routes)
        var recorder = Recorder(routes, numbers: numbers, status: status)
        var now: Int64 = 0
        var given = 0
        for _ in 0..<120 {
            now += Int64.random(in: 0..<Self.second / 2, using: &random)
            let events = (0..<Int.random(in: 0..<40, using: &random)).map { number in
                let level = random.pick([Level.debug, .info, .warn, .error, nil])
                return ("app", level, random.pick(["a", "b 7", "gone", "c"]) + " \(number)", "\"n\":\(number)")
            }
            given += events.count
            recorder.take(RouterTests.batch(events), at: now)
            guard Int.random(in: 0..<20, using: &random) == 0 else { continue }
            // Killed: only the log and its checkpoints are left.
            recorder.router = Router(routes: routes, streamNumbers: numbers, host: "h", status: status)
            for stream in numbers.keys {
                let owner = Router.checkpointOwner(of: stream)
                recorder.router.restore(stream, from: recorder.checkpoints[owner] ?? [:])
            }
        }
        recorder.finish(at: now)
        #expect(recorder.checkpoints.values.allSatisfy { $0.isEmpty })

        let totals = status.totals
        #expect(totals.taken == UInt64(given) && totals.taken == totals.stored.total + totals.dropped)
        #expect(UInt64(recorder.log.count) == totals.stored.total + totals.accounts)
        for stream in status.streams {
            let numbers = stream.snapshot
            let told = try recorder.told(to: stream.name)
            #expect(numbers.seen.total == numbers.kept.total + numbers.sampled + numbers.limited, "\(stream.name)")
            #expect(UInt64(recorder.seqs(of: stream.name).count) == numbers.kept.total)
            #expect(told.reduce(0) { $0 + ($1.reason == "sampled" ? $1.count : 0) } == numbers.sampled)
            #expect(told.reduce(0) { $0 + ($1.reason == "rate_limit" ? $1.count : 0) } == numbers.limited)
            #expect(UInt64(told.count) == numbers.accounts && numbers.sampled + numbers.limited > 0)
        }
    }

    @Test func `another configuration goes on with the state of streams of the same name`() throws {
        let limit = RateLimit(count: 5, periodNanoseconds: 3600 * Self.second)
        let routes = [
            try Self.route("a", Thinning(sampleOneOf: 100)), try Self.route("b", Thinning(rateLimit: limit)),
            try Self.route("gone", Thinning(rateLimit: limit)),
            RouteDefinition(name: "d", whereFilter: try Filter(parsing: "level=debug"), purpose: .drop),
        ]
        let numbers = ["a": 0, "b": 1, "gone": 2, "new": 3]
        let status = RouterStatus(routes: routes)
        var recorder = Recorder(routes, numbers: numbers, status: status)
        recorder.take(Self.batch(1) { _ in "kind of message" }, at: 0)
        recorder.take(Self.batch(9), at: 0)
        recorder.take(Self.batch(2, level: .debug), at: 0)

        let changed = [
            try Self.route("new", Thinning()), routes[3], try Self.route("b", Thinning(rateLimit: limit)),
            try Self.route("a", Thinning(sampleOneOf: 50)),
        ]
        let newStatus = RouterStatus(routes: changed, adopting: status)
        var old = Router(routes: [], streamNumbers: [:])
        swap(&old, &recorder.router)
        recorder.router = Router(
            routes: changed, streamNumbers: numbers, host: "h", status: newStatus, adopting: old)
        recorder.take(Self.batch(1) { _ in "kind of message" }, at: 1)
        recorder.take(Self.batch(2, level: .debug), at: 1)
        // The bucket was empty and the kind is known, so nothing of this is new to either.
        #expect(newStatus.streams.map(\.name) == ["new", "b", "a"])
        #expect(newStatus.streams.map(\.snapshot.seen.total) == [1, 11, 11])
        #expect(newStatus.streams[1].snapshot.kept.total == 5 && newStatus.streams[1].snapshot.limited == 6)
        #expect(newStatus.streams[2].snapshot.first == 2)
        #expect(newStatus.drops[0].snapshot.seen.total == 4)
        #expect(newStatus.totals.taken == 15 && newStatus.totals.dropped == 4)
        #expect(try recorder.told(to: "gone").map(\.count) == [5])
        recorder.finish(at: 2)
        #expect(try recorder.told(to: "b").map(\.count) == [6])
    }
}
