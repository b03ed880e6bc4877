import TailraceFilter
import TailraceTesting
import Testing

@testable import TailraceClient

@Suite struct LinesTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `lines come out whole however they are cut`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var lines: [[UInt8]] = []
        for number in 0..<200 {
            let filling = String(repeating: "x", count: Int.random(in: 0...40, using: &generator))
            lines.append(Array("\(filling)\(number)".utf8))
        }
        let bytes: [UInt8] = lines.flatMap { $0 + [0x0a] }
        var splitter = LineSplitter()
        var found: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...60, using: &generator))
            try splitter.feed(bytes[start..<end]) { found.append($0) }
            start = end
        }
        #expect(found == lines, "seed \(seed)")
    }

    @Test func `a line without an end is refused at the limit`() throws {
        var splitter = LineSplitter()
        let piece = [UInt8](repeating: 0x78, count: LineSplitter.maxLineBytes / 2)
        try splitter.feed(piece) { _ in }
        try splitter.feed(piece) { _ in }
        #expect(throws: LineSplitter.LineTooLong.self) { try splitter.feed([0x78]) { _ in } }
    }

    @Test func `members are found with their text`() throws {
        let line = Array(#" { "a\n" : "x\u00e9\"" , "n":12,"o":{"b":[1,{"c":"}"}]},"t":true,"z":null } "#.utf8)
        let object = try #require(JSONMembers(line))
        #expect(object.members.count == 5)
        #expect(object.unsigned("n") == 12 && object.bool("t") == true && object.string("n") == nil)
        #expect(object.object("o")?.value("b").map { String(decoding: object.text(of: $0), as: UTF8.self) }
            == #"[1,{"c":"}"}]"#)
        let first = object.members[0]
        #expect(String(decoding: object.unescaped(first.key), as: UTF8.self) == "a\n")
        #expect(String(decoding: object.text(of: first.value), as: UTF8.self) == "xé\"")
    }

    @Test(arguments: [
        "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "[1]", "{}x", "{\"a\":\"\\", "{\"a\":{\"b\"}",
    ])
    func `what is not one object is none`(text: String) {
        #expect(JSONMembers(Array(text.utf8)) == nil)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `damaged lines are read without harm`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = Array(
            (#"{"seq":7,"time":"2026-11-22T07:35:12Z","level":"warn","source":"a","message":"m","#
                + #""fields":{"a":{"b":[1]}}}"#).utf8)
        var matcher = EventMatcher(try Filter(parsing: "a.b:1 m"))
        let text = FieldText(.all)
        for _ in 0..<3000 {
            var line = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<line.count, using: &generator)
                if Bool.random(using: &generator) {
                    line[index] = Array("{}[]\",:\\0x".utf8).randomElement(using: &generator)!
                } else {
                    line.remove(at: index)
                }
            }
            _ = StreamMessage(line)
            guard let event = EventLine(line) else { continue }
            _ = matcher.matches(event)
            _ = text.pairs(of: event)
            _ = EventLine.quickSeq(line)
        }
    }

    @Test(arguments: [
        (#"{"seq":12,"time":""}"#, 12), (#"{"seq":0,"a":1}"#, nil), (#"{"seq":12}"#, nil), (#"{"type":"live"}"#, nil),
        (#"{"seq":99999999999999999999999,"a":1}"#, nil),
    ] as [(String, UInt64?)])
    func `the number of an event is read quickly or not at all`(line: String, seq: UInt64?) {
        #expect(EventLine.quickSeq(Array(line.utf8)) == seq)
    }

    @Test func `a filter says the same here as at the relay`() throws {
        let line = #"{"seq":9,"time":"2026-11-22T07:35:12Z","level":"error","source":"nginx","host":"h","#
            + #""message":"a b","fields":{"status":504,"user":{"id":"x"}}}"#
        let event = try #require(EventLine(Array(line.utf8)))
        for (filter, passes) in [
            ("level>=warn", true), ("status:500..599", true), ("user.id=x", true), ("source:nginx", true),
            ("-b", false), ("seq:9", true), ("c", false),
        ] {
            var matcher = EventMatcher(try Filter(parsing: filter))
            #expect(matcher.matches(event) == passes, "\(filter)")
        }
    }
}
