import NIOCore
import NIOHTTP1
import TailraceEvent
import TailraceWeb
import Testing

struct SmallPartsTests {
    @Test func `a problem is RFC 9457 JSON`() {
        let problem = Problem(.badRequest, "a \"bad\" filter", members: [("column", "7")], headers: ["Allow": "GET"])
        let response = problem.response
        #expect(
            String(buffer: response.body)
                == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"a \"bad\" filter","column":7}"#
        )
        #expect(response.headers["Content-Type"] == ["application/problem+json"])
        #expect(response.headers["Allow"] == ["GET"])
    }

    @Test func `dates are as HTTP writes them`() {
        #expect(HTTPDate.text(Timestamp(nanoseconds: 784_111_777_000_000_000)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(Timestamp(nanoseconds: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test func `headers that could end early are unsound`() {
        #expect((["A": "b; c=\"é\"\t"] as HTTPHeaders).areSound)
        for (name, value) in [("A", "b\r\nC: d"), ("A", "b\nc"), ("A", "\0"), ("A b", "c"), ("", "c"), ("A:", "c")] {
            #expect(!HTTPHeaders([(name, value)]).areSound)
        }
    }

    @Test func `every close code is one a peer may send and has a text that fits`() {
        for reason in CloseReason.allCases {
            #expect(CloseReason.isValid(reason.code))
            #expect(reason.text.utf8CodeUnitCount <= 123)
        }
    }

    @Test func `a ping flood is answered in part, the latest always`() {
        var throttle = PongThrottle()
        let pings = (0..<100).map { ByteBuffer(integer: UInt8($0)) }
        let answers = pings.compactMap { throttle.received($0, isWritable: true) }
        #expect(answers == Array(pings.prefix(PongThrottle.maxAnswersInRead)))
        #expect(throttle.caughtUp(isWritable: false) == nil)
        #expect(throttle.caughtUp(isWritable: true) == pings.last)
        #expect(throttle.caughtUp(isWritable: true) == nil)
        #expect(throttle.received(pings[0], isWritable: false) == nil)
        #expect(throttle.caughtUp(isWritable: true) == pings[0])
    }

    @Test func `silence brings one ping, then the end`() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var liveness = PeerLiveness(now: start)
        let verdicts = (1...30).map { liveness.verdict(now: start + .seconds($0)) }
        #expect(verdicts.firstIndex(of: .ping) == 14)
        #expect(verdicts.filter { $0 == .ping }.count == 1)
        #expect(verdicts.firstIndex(of: .silent) == 27)
        liveness.heard(now: start + .seconds(30))
        #expect(liveness.verdict(now: start + .seconds(44)) == .alive)
        #expect(liveness.verdict(now: start + .seconds(45)) == .ping)
    }

    @Test func `a reader that takes nothing is told from one that takes little`() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var progress = WriteProgress()
        progress.handed = 100
        #expect(progress.stalledTime(pending: 100, now: start) == .zero)
        #expect(progress.stalledTime(pending: 100, now: start + .seconds(5)) == .seconds(5))
        // More is handed over and more is pending, but one byte went.
        progress.handed = 200
        #expect(progress.stalledTime(pending: 199, now: start + .seconds(6)) == .zero)
        #expect(progress.stalledTime(pending: 199, now: start + .seconds(7)) == .seconds(1))
        #expect(progress.stalledTime(pending: 0, now: start + .seconds(60)) == .zero)
    }
}
