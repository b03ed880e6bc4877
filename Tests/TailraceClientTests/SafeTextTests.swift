import Foundation
import TailraceTesting
import Testing

@testable import TailraceClient

@Suite struct SafeTextTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("\u{1b}[1;31mred\u{1b}[0m", "red"),
        ("\u{1b}[2J", "\u{241b}[2J"),
        ("\u{1b}]0;title\u{7}", "\u{241b}]0;title\u{2407}"),
        ("a\rb", "a\u{240d}b"),
        ("a\tb", "a\tb"),
        ("\u{9b}31m", "\\u009b31m"),
        ("\u{202e}evil", "\\u202eevil"),
        ("é ü 漢 🎉", "é ü 漢 🎉"),
        ("\u{7f}", "\u{2421}"),
        ("x\ny", "x\u{240a}y"),
    ])
    func `nothing in a text can steer a terminal`(text: String, shown: String) {
        #expect(SafeText.text(text) == shown)
    }

    @Test func `lines of one text stand below each other`() {
        #expect(SafeText.text("a\r\nb\nc", lineEnds: .indented(3)) == "a\n   b\n   c")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `whatever bytes come, only printable text and tabs go`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let signs: [UInt8] = [0x1b, 0x5b, 0x6d, 0x33, 0x3b, 0xc2, 0x9b, 0xe2, 0x80, 0xae, 0x0a, 0x0d, 0x41, 0xff]
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).map { _ in signs.randomElement(using: &generator)! }
            var line: [UInt8] = []
            SafeText.append(bytes, lineEnds: .picture, to: &line)
            let text = String(decoding: line, as: UTF8.self)
            #expect(Array(text.utf8) == line)
            let unsafe = text.unicodeScalars.contains {
                ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7f || SafeText.isUnsafe($0)
            }
            #expect(!unsafe, "seed \(seed): \(bytes)")
        }
    }

    @Test func `JSON for a terminal has the same value`() throws {
        let message = "a\u{9b}b\u{202e}c\u{7f}\u{e0041}é"
        let json = try JSONSerialization.data(withJSONObject: ["message": message])
        var line: [UInt8] = []
        SafeText.appendJSON(Array(json), to: &line)
        let unsafe = String(decoding: line, as: UTF8.self).unicodeScalars.contains { SafeText.isUnsafe($0) }
        #expect(!unsafe)
        let value = try JSONSerialization.jsonObject(with: Data(line)) as? [String: String]
        #expect(value?["message"] == message)
    }
}
