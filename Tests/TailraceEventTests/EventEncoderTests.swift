import Foundation
import TailraceEvent
import TailraceTesting
import Testing

@Suite struct EventEncoderTests {
    private static func text(_ sample: Sample, seq: UInt64 = 1842, fields: [String]? = nil) -> String {
        var batch = EventBatch()
        batch.append(sample)
        var (encoder, text) = (EventEncoder(), [UInt8]())
        encoder.append(batch, at: 0, seq: seq, fields: fields, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static let sample = Sample(
        time: 1_795_332_912_123_456_789, received: 1_795_332_912_200_000_000, level: .error,
        origin: Origin(source: "nginx", host: "web-1"), message: "upstream \"timed\" out",
        fields: #""status":504,"path":"/c\"art","o":{"path":1},"pid":811"#)

    @Test func `an event has one shape on every transport`() {
        #expect(
            Self.text(Self.sample)
                == #"{"seq":1842,"time":"2026-11-22T07:35:12.123456789Z","level":"error","source":"nginx","#
                + #""host":"web-1","message":"upstream \"timed\" out","#
                + #""fields":{"status":504,"path":"/c\"art","o":{"path":1},"pid":811}}"#)
    }

    @Test func `an unknown level is left out`() {
        var sample = Self.sample
        sample.level = nil
        sample.fields = ""
        #expect(
            Self.text(sample)
                == #"{"seq":1842,"time":"2026-11-22T07:35:12.123456789Z","source":"nginx","host":"web-1","#
                + #""message":"upstream \"timed\" out","fields":{}}"#)
    }

    @Test(arguments: [
        (Int64(0), false), (1_000_000_000, false), (-1_000_000_000, false), (1_000_000_001, true),
        (-1_000_000_001, true),
    ])
    func `the time of arrival is told where it is more than a second off`(difference: Int64, isTold: Bool) {
        var sample = Self.sample
        sample.received = sample.time + difference
        let received = Timestamp(nanoseconds: sample.received).rfc3339
        #expect(Self.text(sample).contains(#""received":"\#(received)""#) == isTold)
        #expect(Self.text(sample).contains("received") == isTold)
    }

    @Test(arguments: [
        ([String](), "{}"), (["pid"], #"{"pid":811}"#), (["pid", "status"], #"{"status":504,"pid":811}"#),
        (["path"], #"{"path":"/c\"art"}"#), (["o", "none"], #"{"o":{"path":1}}"#), (["pi", "pidx", ""], "{}"),
    ])
    func `a projection keeps the named fields of the top level`(names: [String], fields: String) {
        #expect(Self.text(Self.sample, fields: names).hasSuffix(#""fields":\#(fields)}"#))
    }

    @Test(arguments: [UInt64(1), 2])
    func `one encoder writes many events as well as a new one each`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var batch = EventBatch()
        let base = Self.sample.time
        for _ in 0..<400 {
            var sample = Sample.random(using: &random)
            // Mostly within a second, now and then far away: the second's text is kept between events.
            if Bool.random(using: &random) {
                sample.time = base + Int64.random(in: -2...2, using: &random) * 500_000_000
            }
            if Bool.random(using: &random) { sample.received = sample.time }
            batch.append(sample)
        }
        var encoder = EventEncoder()
        for (index, sample) in batch.samples.enumerated() {
            var text: [UInt8] = []
            encoder.append(batch, at: index, seq: UInt64(index), to: &text)
            #expect(String(decoding: text, as: UTF8.self) == Self.text(sample, seq: UInt64(index)))
            let object = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
            let message = try #require(object["message"] as? String)
            #expect(Array(message.unicodeScalars) == Array(sample.message.unicodeScalars))
            #expect(object["time"] as? String == Timestamp(nanoseconds: sample.time).rfc3339)
            #expect(object["source"] as? String == sample.origin.source)
            #expect(object["level"] as? String == sample.level?.name)
        }
    }

    @Test func `the ends of time are written like any other instant`() {
        for time in [Int64.min, .min + 145_224_192, .max] {
            var sample = Self.sample
            (sample.time, sample.received) = (time, 0)
            #expect(Self.text(sample).contains("\"time\":\"\(Timestamp(nanoseconds: time).rfc3339)\""))
        }
    }
}
