import TailraceEvent
import TailraceTesting
import Testing

@testable import TailraceClient

@Suite struct StreamProgressTests {
    private func position(_ seq: UInt64, epoch: String = "abc") -> Position { Position(epoch: epoch, seq: seq) }

    private func message(_ text: String) throws -> StreamMessage { try #require(StreamMessage(Array(text.utf8))) }

    @Test func `under a consumer the relay says where to begin, and this reader where to go on`() {
        let beginning = QueryItem("since", "1h")
        var progress = StreamProgress(start: .consumer(beginning))
        #expect(progress.parameter == beginning)
        #expect(StreamProgress(start: .consumer(nil)).parameter == nil)
        progress.opened(from: self.position(3))
        // Older than any time asked for: it is uncommitted, and wanted.
        #expect(progress.takes(seq: 4) { Timestamp(nanoseconds: 0) })
        #expect(progress.parameter == QueryItem("from", self.position(4).description))
    }

    @Test func `until the relay has said where reading begins the wish is repeated`() {
        var progress = StreamProgress(start: .last(5))
        #expect(progress.parameter == QueryItem("last", "5"))
        progress.opened(from: self.position(95))
        #expect(progress.parameter == QueryItem("from", "abc:95"))
    }

    @Test func `an event that comes again is not taken twice`() {
        var progress = StreamProgress(start: .from(self.position(3)))
        let took = [4, 5, 5, 4, 6].map { progress.takes(seq: $0) { nil } }
        #expect(took == [true, true, false, false, true])
        #expect(progress.position == self.position(6))
    }

    @Test func `beats move the place where reading goes on, never back`() {
        var progress = StreamProgress(start: .live)
        progress.opened(from: self.position(10))
        progress.confirmed(self.position(40))
        progress.confirmed(self.position(20))
        #expect(progress.position == self.position(40))
    }

    @Test func `a new epoch begins anew`() {
        var progress = StreamProgress(start: .from(self.position(500)))
        progress.opened(from: self.position(0, epoch: "new"))
        #expect(progress.takes(seq: 1) { nil })
        #expect(progress.position == self.position(1, epoch: "new"))
    }

    @Test func `what is gone is passed over, what a rate limit left out lies among what comes`() throws {
        var progress = StreamProgress(start: .from(self.position(10)))
        guard
            case .gap(let sampled) = try self.message(
                #"{"type":"gap","from":11,"to":20,"count":5,"reason":"sampled"}"#),
            case .gap(let slow) = try self.message(#"{"type":"gap","from":13,"to":90,"count":78,"reason":"slow"}"#)
        else { return #expect(Bool(false)) }
        progress.missed(sampled)
        #expect(progress.takes(seq: 12) { nil })
        progress.missed(slow)
        #expect(progress.position == self.position(90))
        #expect(slow.words.contains("78 events are missing (13 to 90)"))
    }

    @Test func `in a backlog by time older events stay out after a reconnect too`() {
        let since = Timestamp(nanoseconds: 1000)
        var progress = StreamProgress(start: .since(since))
        progress.opened(from: self.position(0))
        #expect(!progress.takes(seq: 1) { Timestamp(nanoseconds: 999) })
        #expect(progress.takes(seq: 2) { since })
        progress.reachedEdge(at: self.position(2))
        #expect(progress.takes(seq: 3) { Timestamp(nanoseconds: 5) })
    }

    @Test func `messages are read as the protocol has them`() throws {
        #expect(try self.message(#"{"type":"live","position":"abc:3"}"#) == .live(self.position(3)))
        guard case .end(let end) = try self.message(#"{"type":"end","position":"abc:3","reason":"the relay stops"}"#)
        else { return #expect(Bool(false)) }
        #expect(end.position == self.position(3) && end.reason == "the relay stops" && end.next == nil)
        #expect(
            try self.message(#"{"type":"progress","position":"abc:24","searched":24,"share":0.24}"#)
                == .progress(searched: 24, total: 100))
        #expect(
            try self.message(#"{"type":"progress","position":"abc:0","searched":0,"share":0}"#)
                == .progress(searched: 0, total: nil))
        #expect(try self.message(#"{"type":"later"}"#) == .unknown("later"))
        guard case .opened(_, let missing?, false) = try self.message(
            #"{"type":"opened","complete":false,"from":"abc:4","#
                + #""missing":{"from":5,"to":5,"count":null,"reason":"unknown-epoch"}}"#)
        else { return #expect(Bool(false)) }
        #expect(missing.count == nil && missing.words.hasPrefix("an unknown number of events"))
        #expect(StreamMessage(Array(#"{"type":"live","position":"?"}"#.utf8)) == nil)
        #expect(StreamMessage(Array("<html>".utf8)) == nil)
    }

    @Test func `pauses grow, stay bounded and differ`() {
        var generator = SeededGenerator(seed: 5)
        var backoff = Backoff()
        let pauses = (0..<20).map { _ in backoff.pause(using: &generator) }
        #expect(pauses[0] <= .milliseconds(100))
        #expect(pauses.allSatisfy { $0 > .zero && $0 <= .seconds(10) })
        #expect(pauses.suffix(10).contains { $0 > .seconds(1) } && Set(pauses).count == 20)
        backoff.succeeded()
        #expect(backoff.pause(using: &generator) <= .milliseconds(100))
    }
}
