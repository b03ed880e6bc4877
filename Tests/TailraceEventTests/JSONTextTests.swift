import Foundation
import TailraceEvent
import TailraceTesting
import Testing

@Suite struct JSONTextTests {
    private static func decoded(_ json: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `what is written decodes to what it was`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<1500 {
            let text = random.text(scalars: round % 60)
            var (fromString, fromBytes): ([UInt8], [UInt8]) = ([], [])
            JSONText.append(text, to: &fromString)
            JSONText.append(Array(text.utf8).span, to: &fromBytes)
            #expect(fromString == fromBytes)
            // Compared as scalars: strings are equal too easily.
            let back = try #require(try Self.decoded(fromString) as? String)
            #expect(Array(back.unicodeScalars) == Array(text.unicodeScalars))
        }
    }

    @Test func `every control character is escaped at every place of a word`() throws {
        for byte in UInt8(0)..<0x80 {
            for place in 0..<17 {
                var bytes = Array(repeating: UInt8(ascii: "a"), count: 17)
                bytes[place] = byte
                var json: [UInt8] = []
                JSONText.append(bytes.span, to: &json)
                #expect(try Self.decoded(json) as? String == String(decoding: bytes, as: UTF8.self))
                let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5c
                #expect(json.count == 19 || !isPlain)
                #expect(!json.contains { $0 < 0x20 })
            }
        }
    }

    @Test(arguments: [UInt64(4), 5])
    func `plain text ends where a byte-by-byte look says`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<4000 {
            let count = Int.random(in: 0..<40, using: &random)
            let bytes = (0..<count).map { _ in
                random.pick([UInt8.random(in: 0...255, using: &random), 0x61, 0x62, 0x80, 0xa2, 0xdc, 0xff, 0x21, 0x23])
            }
            let start = Int.random(in: 0...count, using: &random)
            let naive = bytes[start...].firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c } ?? count
            #expect(bytes.span.endOfPlainText(from: start) == naive)
        }
    }

    @Test func `an object holds members of every kind`() throws {
        var object = JSONObject()
        object.member("text", "a\"b\n")
        object.member("large", UInt64.max)
        object.member("negative", -7)
        object.member("yes", true)
        object.null("nothing")
        object.member("list", strings: ["x", "", "é"])
        object.member("none", strings: [])
        object.member("inner") { $0.member("k", 1) }
        object.member("empty") { _ in }
        object.member("raw", json: Array("[1]".utf8))
        object.member("many", objects: [{ $0.member("n", 1) }, { $0.member("n", 2) }])
        let text = String(decoding: object.finish(), as: UTF8.self)
        #expect(
            text
                == #"{"text":"a\"b\n","large":18446744073709551615,"negative":-7,"yes":true,"nothing":null,"#
                + #""list":["x","","é"],"none":[],"inner":{"k":1},"empty":{},"raw":[1],"many":[{"n":1},{"n":2}]}"#)
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (-1.5, "-1.500"), (0.0004, "0"), (0.0005, "0.001"), (1234.5678, "1234.568"),
        (-0.25, "-0.250"), (.infinity, "null"), (-.infinity, "null"), (.nan, "null"), (1e300, "null"),
        (999_999_999_999.5, "999999999999.500"),
    ])
    func `numbers have at most three decimals and are null where JSON has none`(value: Double, text: String) {
        var object = JSONObject()
        object.member("v", value)
        #expect(String(decoding: object.finish(), as: UTF8.self) == "{\"v\":\(text)}")
    }

    @Test func `decimals are padded to their width and cover all of 64 bits`() {
        var text: [UInt8] = []
        text.appendDecimal(UInt64.max)
        text.append(" ")
        text.appendDecimal(Int64.min)
        text.append(" ")
        text.appendDecimal(UInt64(7), width: 9)
        #expect(String(decoding: text, as: UTF8.self) == "18446744073709551615 -9223372036854775808 000000007")
    }
}
