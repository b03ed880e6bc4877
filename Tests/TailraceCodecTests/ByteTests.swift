import TailraceCodec
import TailraceEvent
import Testing

/// Lines of any bytes.
struct ByteTests {
    @Test(
        arguments: [
            ([0x61, 0xff, 0x62], "a\u{FFFD}b"), ([0xc3], "\u{FFFD}"), ([0xe2, 0x82, 0x61], "\u{FFFD}a"),
            ([0xf0, 0x9f, 0x98], "\u{FFFD}"), ([0xed, 0xa0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xc0, 0xaf], "\u{FFFD}\u{FFFD}"), ([0xf4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ] as [([UInt8], String)])
    func `what is not UTF-8 is replaced in the message and kept in raw_base64`(line: [UInt8], message: String) {
        let event = decode([line], base: #""file":"/x""#)[0]
        #expect(event.message == message)
        #expect(event.message == String(decoding: line, as: UTF8.self))
        #expect(event.fields.hasPrefix(#"{"file":"/x","raw_base64":""#))
    }

    @Test func `base64 is padded and exact`() {
        #expect(decode([[0xff]])[0].fields == #"{"raw_base64":"/w=="}"#)
        #expect(decode([[0xff, 0xfe]])[0].fields == #"{"raw_base64":"//4="}"#)
        #expect(decode([[0xff, 0xfe, 0x00]])[0].fields == #"{"raw_base64":"//4A"}"#)
        #expect(decode([[0xff, 0xfe, 0x00, 0x61]])[0].fields == #"{"raw_base64":"//4AYQ=="}"#)
    }

    @Test func `a JSON line with a wrong byte is still read, its bytes are kept`() {
        let event = decode([Array(#"{"msg":"a"#.utf8) + [0xff] + Array(#"","n":1}"#.utf8)])[0]
        #expect(event.message == "a\u{FFFD}")
        #expect(event.fields == #"{"n":1,"raw_base64":"eyJtc2ciOiJh/yIsIm4iOjF9"}"#)
    }

    @Test func `control bytes stay in the message`() {
        #expect(decode("a\0b\u{1b}[31m").message == "a\0b\u{1b}[31m")
        #expect(decode("").message == "")
    }

    @Test func `a cut line says how much is missing`() {
        #expect(
            decode([Array("abc".utf8)], base: #""file":"/x""#, truncated: 12)[0].fields
                == #"{"file":"/x","truncated_bytes":12}"#)
        #expect(decode([[0xff]], truncated: 12)[0].fields == #"{"raw_base64":"/w==","truncated_bytes":12}"#)
    }

    /// Pieces of every format, so that random lines come near to being one.
    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "\\", ":", ",", " ", "\t", "=", "<165>1 ", "<13>", "-", "\\u00e9", "\\ud83d",
            "2026-11-22T07:35:12Z", "Jun 14 15:16:01", "03-17 16:13:38.811", "[10/Oct/2000:13:55:36 -0700]", "I0102 ",
            "host", "sshd[1]: ", "level", "msg", "time", "\"level\":", "\"msg\":\"", "error", "INFO", "1763796912", "0",
            "1e5", "true", "null", "ä", "😀", "[id a=\"b\"]", "key=value ", "key=\"a b\" ",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0x00], [0xed, 0xa0, 0x80], [0xf0, 0x9f]]

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `any bytes give one event with a whole message and valid fields`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let lines = (0..<100).map { _ -> [UInt8] in
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                return (0..<Int.random(in: 0...60, using: &numbers)).map { _ in
                    UInt8.random(in: 0...255, using: &numbers)
                }
            }
            return (0..<Int.random(in: 0...14, using: &numbers))
                .flatMap { _ in Self.pieces.randomElement(using: &numbers) ?? [] }
        }
        for format in Format.allCases {
            let events = self.batch(of: lines, format)
            #expect(events.count == lines.count)
            for index in 0..<events.count {
                let message = Array(events.bytes[events.records[index].messageRange])
                #expect(Array(String(decoding: message, as: UTF8.self).utf8) == message)
                let fields = Array(events.bytes[events.records[index].fieldsRange])
                #expect(Array(String(decoding: fields, as: UTF8.self).utf8) == fields)
                #expect(JSONCheck.isMinifiedObject(events.fields(at: index)), "\(format): \(lines[index])")
            }
        }
    }

    private func batch(of lines: [[UInt8]], _ format: Format) -> EventBatch {
        var decoder = EventDecoder(options: CodecOptions(format: format))
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "test", host: "host"))
        for line in lines {
            decoder.decode(
                line.span, info: LineInfo(sourceBytes: line.count), received: arrival, origin: origin,
                baseFields: Array(#""file":"/x""#.utf8), into: &batch)
        }
        return batch
    }
}
