import TailraceCodec
import TailraceEvent
import Testing

@Suite struct EventReaderTests {
    private static func read(_ text: String) throws -> (batch: EventBatch, seq: UInt64) {
        var batch = EventBatch()
        let seq = try EventReader.read(Array(text.utf8), into: &batch)
        return (batch, seq)
    }

    @Test func `an event comes back as it was sent`() throws {
        let text =
            #"{"seq":3,"time":"2026-11-22T07:35:12.123Z","level":"error","received":"2026-11-22T11:07:17.5Z","#
            + #""source":"shop","host":"vm","message":"a \"b\"\n\u001b","fields":{"n":1.50,"o":{"k":[1,"x y"]}}}"#
        let (batch, seq) = try Self.read(text)
        var encoder = EventEncoder()
        var again: [UInt8] = []
        encoder.append(batch, at: 0, seq: seq, to: &again)
        #expect(String(decoding: again, as: UTF8.self) == text)
    }

    @Test func `members may be left out and stand on several lines`() throws {
        let (batch, seq) = try Self.read("{ \"message\" : \"x\",\n \"fields\" : { \"a\" : 1 } }\n")
        #expect(seq == 0 && batch.message(at: 0) == "x" && batch.fields(at: 0) == #"{"a":1}"#)
        #expect(batch.records[0].level == 0 && batch.origins == [Origin(source: "", host: "")])
    }

    @Test(arguments: [
        ("[]", "JSON object"), ("{} {}", "JSON object"), ("{\"a\":1}", "no member \"a\""),
        ("{\"level\":\"loud\"}", "level"), ("{\"time\":\"noon\"}", "time"), ("{\"fields\":[]}", "fields"),
        ("{\"seq\":-1}", "seq"), ("{\"message\":5}", "message"), ("{\"received\":1}", "received"),
    ])
    func `what is no event is refused with the reason`(text: String, reason: String) {
        let error = #expect(throws: EventReader.Problem.self) { try Self.read(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func `members are found by their unescaped name, the last of them`() throws {
        let members = try #require(JSONMembers(Array(#"{"\u0061":1,"a":"x\ty","n":18446744073709551615}"#.utf8)))
        #expect(members.string("a") == "x\ty" && members.number("n") == .max && members.number("a") == nil)
        #expect(!members.has("b") && members.json("b") == nil)
        let whole = try #require(JSONMembers(Array(#"{"a":5.0,"b":5e3,"c":5.5,"d":-1,"e":1e99,"f":"5"}"#.utf8)))
        #expect(["a", "b", "c", "d", "e", "f"].map { whole.number($0) } == [5, 5000, nil, nil, nil, nil])
        #expect(JSONMembers([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) == nil)
    }
}
