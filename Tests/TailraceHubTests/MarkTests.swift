import Foundation
import NIOCore
import TailraceEvent
import TailraceHub
import TailraceLog
import Testing

@Suite struct MarkTests {
    private static func publishMark(_ relay: Relay, about seq: UInt64, text: String, streams: UInt64 = 0) throws {
        let mark = Mark(
            subject: relay.log.position(of: seq), text: text, user: "anonymous", peer: "10.0.0.7")
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "nginx", host: "web-1"))
        for word in ["before", "after"] {
            if word == "after" { batch.append(mark, host: "web-1", at: .now(), streams: streams) }
            batch.append(
                time: .now(), received: .now(), level: .info, origin: origin, message: Array(word.utf8).span,
                fields: [UInt8]().span)
        }
        relay.hub.publish(try relay.log.append(batch, checkpoints: []))
    }

    @Test(arguments: [
        WireForm.webSocket(.none), .webSocket(.shared), .webSocket(.independent(windowBits: 9)), .messages,
    ])
    func `a mark is called out behind the events up to it and before those that follow`(form: WireForm) async throws {
        try await Relay.run { relay in
            try relay.publish("one")
            let reader = try await relay.reader(form)
            try await reader.goLive()
            try Self.publishMark(relay, about: 1, text: "look: \"here\"\n<b>")
            try await reader.wait("all") { $0.kinds.contains("events 4") }
            #expect(try await reader.see(\.kinds) == ["live", "events 2 3", "mark", "events 4"])
            let call = try #require(try await reader.see { $0.notices("mark").first })
            #expect(call.seq == 3 && call.of == 1 && call.text == "look: \"here\"\n<b>")
            #expect(call.user == "anonymous" && call.peer == "10.0.0.7" && call.time != nil)
            #expect(call.position == relay.log.position(of: 3).description)
        }
    }

    @Test(arguments: [WireForm.lines, .serverSentEvents])
    func `headless readers get a mark as the event it is`(form: WireForm) async throws {
        try await Relay.run { relay in
            try relay.publish("one")
            let reader = try await relay.reader(form)
            try await reader.goLive()
            try Self.publishMark(relay, about: 1, text: "noted")
            try await reader.waitFor(2...4)
            #expect(try await reader.see { $0.streamed.map(\.message) } == ["before", "noted", "after"])
            #expect(try await reader.see { $0.notices("mark").isEmpty })
        }
    }

    @Test func `a filter and a rate let marks through, and -mark hides them`() async throws {
        try await Relay.run { relay in
            try relay.publish("one")
            let strict = try await relay.reader()
            try await strict.goLive(filter: "nothing", maxRate: 1)
            let blind = try await relay.reader()
            try await blind.goLive(filter: "-mark:*")
            for number in 1...5 { try Self.publishMark(relay, about: 1, text: "note \(number)") }
            try await strict.waitFor([3, 6, 9, 12, 15])
            #expect(try await strict.see { $0.notices("mark").count } == 5)
            try await blind.waitFor((2...16).filter { $0 % 3 != 0 })
            #expect(try await blind.see { $0.notices("mark").isEmpty })
        }
    }

    @Test func `only the viewers of the stream of the noted event get its mark`() async throws {
        let web = StreamTable.Entry(number: 3, batch: .standard, filter: "")
        let other = StreamTable.Entry(number: 4, batch: .standard, filter: "")
        try await Relay.run(streams: ["web": web, "other": other]) { relay in
            try relay.publish(["one"], streams: 1 << 3)
            let inside = try await relay.reader()
            try await inside.open(stream: "web")
            let outside = try await relay.reader(loop: 1)
            try await outside.open(stream: "other")
            for reader in [inside, outside] { try await reader.wait("live") { $0.isLive } }
            try Self.publishMark(relay, about: 1, text: "noted", streams: 1 << 3)
            try relay.publish(["end"], streams: 1 << 4)
            try await inside.waitFor([3])
            try await outside.waitFor([5])
            #expect(try await inside.see { $0.notices("mark").map(\.of) } == [1])
            #expect(try await outside.see { $0.seqs } == [5])
            #expect(try await outside.see { $0.notices("mark").isEmpty })
        }
    }

    @Test func `what is not a mark is not taken for one`() {
        var batch = EventBatch()
        let forged = batch.origin(Origin(source: "nginx", host: "h"))
        let fields = Array("\"mark\":{\"seq\":1}".utf8)
        batch.append(
            time: .now(), received: .now(), level: .notice, origin: forged, message: [UInt8]().span, fields: fields.span
        )
        #expect(batch.ownOrigin == nil)
        let own = batch.origin(Origin(source: Mark.source, host: "h"))
        batch.append(
            time: .now(), received: .now(), level: .info, origin: own, message: [UInt8]().span, fields: fields.span)
        batch.append(
            Mark(subject: Position(epoch: "e", seq: 1), text: "t", user: "u", peer: nil), host: "h", at: .now(),
            streams: 5)
        #expect(batch.ownOrigin == own)
        #expect((0..<3).map { batch.isMark(at: $0, ownOrigin: own) } == [false, false, true])
        #expect(batch.records[2].streams == 5)
        #expect(batch.fields(at: 2) == #"{"mark":{"seq":1,"position":"e:1","user":"u"}}"#)
    }
}

extension FakeTransport {
    /// What came since `opened`, in order: the type, and the events of `events`.
    fileprivate var kinds: [String] {
        self.messages.compactMap { message in
            switch message {
            case .events(let events): "events \(events.events.map { String($0.seq) }.joined(separator: " "))"
            case .notice(let type, _) where type == "mark" || type == "live": type
            default: nil
            }
        }
    }
}
