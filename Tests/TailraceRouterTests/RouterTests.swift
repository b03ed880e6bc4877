import TailraceEvent
import TailraceFilter
import TailraceRouter
import Testing

extension Router {
    /// A router whose numbers nobody reads.
    init(routes: [RouteDefinition], streamNumbers: [String: Int]) {
        self.init(
            routes: routes, streamNumbers: streamNumbers, host: "web-1", status: RouterStatus(routes: routes))
    }

    mutating func route(_ batch: inout EventBatch) {
        _ = self.route(&batch, firstSeq: 1, at: Moment(monotonic: 0, wall: Timestamp(nanoseconds: 9)))
    }
}

@Suite struct RouterTests {
    static func batch(_ events: [(source: String, level: Level?, message: String, fields: String)]) -> EventBatch {
        var batch = EventBatch()
        for event in events {
            let origin = batch.origin(Origin(source: event.source, host: "web-1"))
            batch.append(
                time: Timestamp(nanoseconds: 5), received: Timestamp(nanoseconds: 6), level: event.level,
                origin: origin,
                message: Array(event.message.utf8).span, fields: Array(event.fields.utf8).span)
        }
        return batch
    }

    static let events = Self.batch([
        ("nginx", .error, "one", "\"status\":504"), ("system", .info, "two", ""),
        ("nginx", .info, "three", "\"team\":\"old\",\"n\":[1,2],\"s\":\"a\\\"b\""),
        ("nginx", nil, "four", "\"o\":{\"team\":1}"),
    ])

    @Test func `an event gets the bit of every route that takes it`() throws {
        let routes = [
            RouteDefinition(name: "errors", whereFilter: try Filter(parsing: "level>=error")),
            RouteDefinition(name: "nginx", from: ["nginx"]),
            RouteDefinition(name: "none", from: ["elsewhere"]),
        ]
        let status = RouterStatus(routes: routes)
        var router = Router(
            routes: routes, streamNumbers: ["errors": 0, "nginx": 62, "none": 2], host: "web-1", status: status)
        var batch = Self.events
        router.route(&batch)
        #expect(batch.records.map(\.streams) == [1 | 1 << 62, 0, 1 << 62, 1 << 62])
        #expect(batch.bytes == Self.events.bytes)
        #expect(status.streams.map(\.snapshot.kept.total) == [1, 3, 0])
        #expect(status.streams.map(\.snapshot.offered) == [4, 3, 0])
        #expect(status.streams[1].snapshot.kept[.info] == 1 && status.streams[1].snapshot.kept.unknown == 1)
        #expect(status.totals.taken == 4 && status.totals.stored.total == 4)
    }

    @Test func `a route sees the routes before it as streams`() throws {
        var router = Router(
            routes: [
                RouteDefinition(name: "errors", whereFilter: try Filter(parsing: "level>=error")),
                RouteDefinition(name: "rest", whereFilter: try Filter(parsing: "-stream:errors")),
            ], streamNumbers: ["errors": 0, "rest": 1])
        var batch = Self.events
        router.route(&batch)
        router.route(&batch)
        #expect(batch.records.map(\.streams) == [1, 2, 2, 2])
    }

    @Test func `set adds fields, replaces those of the same name and leaves other events alone`() throws {
        var router = Router(
            routes: [
                RouteDefinition(
                    name: "web", from: ["nginx"],
                    fields: try RouteFields(set: ["team": .string("web"), "quote\"d": .string("a\nb")])),
                RouteDefinition(
                    name: "errors", whereFilter: try Filter(parsing: "level>=error"),
                    fields: try RouteFields(set: ["team": .string("ops")])),
            ], streamNumbers: ["web": 0, "errors": 1])
        var batch = Self.events
        router.route(&batch)
        #expect(
            (0..<4).map { batch.fields(at: $0) } == [
                #"{"status":504,"quote\"d":"a\nb","team":"ops"}"#, "{}",
                #"{"n":[1,2],"s":"a\"b","quote\"d":"a\nb","team":"web"}"#,
                #"{"o":{"team":1},"quote\"d":"a\nb","team":"web"}"#,
            ])
        #expect((0..<4).map { batch.message(at: $0) } == ["one", "two", "three", "four"])
        #expect(batch.records.map(\.streams) == [3, 0, 1, 1])
        #expect(batch.records.map(\.level) == Self.events.records.map(\.level))
        #expect(batch.records.map { batch.origins[Int($0.origin)].source } == ["nginx", "system", "nginx", "nginx"])
        #expect(batch.records.map(\.received) == [6, 6, 6, 6])
        // Later steps take runs of events as runs of bytes.
        var copy = EventBatch()
        copy.append(1..<4, of: batch)
        #expect(copy.fields(at: 2) == batch.fields(at: 3))
    }

    @Test func `a where does not see what routes set`() throws {
        var router = Router(
            routes: [
                RouteDefinition(name: "a", fields: try RouteFields(set: ["team": .string("x")])),
                RouteDefinition(name: "b", whereFilter: try Filter(parsing: "team:x")),
            ], streamNumbers: ["a": 0, "b": 1])
        var batch = Self.events
        router.route(&batch)
        #expect(batch.records.map(\.streams) == [1, 1, 1, 1])
    }

    @Test func `without routes a batch passes as it is`() {
        var router = Router(routes: [], streamNumbers: [:])
        var batch = Self.events
        router.route(&batch)
        #expect(batch.records == Self.events.records)
    }

    @Test func `where numbers are given what is dropped leaves its number, and no rule meets fillers`() throws {
        let routes = [
            RouteDefinition(name: "quiet", whereFilter: try Filter(parsing: "level:info"), purpose: .drop),
            RouteDefinition(name: "rest", fields: try RouteFields(set: ["team": .string("web")], capture: [])),
        ]
        let status = RouterStatus(routes: routes)
        var router = Router(routes: routes, streamNumbers: ["rest": 0], host: "web-1", status: status)
        router.keepsNumbers = true
        var batch = Self.events
        batch.spread(to: [1, 2, 3, 5], among: 6, at: Timestamp(nanoseconds: 9))
        let routed = router.route(&batch, firstSeq: 1, at: Moment(monotonic: 0, wall: Timestamp(nanoseconds: 9)))
        #expect(batch.count == 6)
        #expect(batch.records.map(\.isFiller) == [true, false, true, true, true, false])
        #expect(batch.message(at: 1) == "one" && batch.message(at: 5) == "four")
        #expect(batch.records[1].streams == 1 && batch.fields(at: 5).contains("\"team\":\"web\""))
        #expect(status.totals.taken == 4 && status.totals.dropped == 2 && status.totals.stored.total == 2)
        #expect(routed.change.droppedNumbersKept == 2 && status.streams[0].snapshot.offered == 2)
        batch = EventBatch.fillers(3, origin: Origin(source: "s", host: "h"), at: Timestamp(nanoseconds: 9))
        router.route(&batch)
        #expect(batch.records.map(\.isFiller) == [true, true, true])
    }
}
