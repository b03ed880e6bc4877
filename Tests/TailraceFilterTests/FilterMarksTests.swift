import TailraceFilter
import Testing

@Suite struct FilterMarksTests {
    @Test(arguments: [
        ("timed", "Upstream timed out, TIMED", ["timed", "TIMED"]),
        ("Timed", "timed Timed", ["Timed"]),
        ("time timed", "timed", ["timed"]),
        ("a OR (b level>=warn) -c", "a b c", ["a", "b"]),
        ("msg:b *:c", "a b c", ["b", "c"]),
        ("#(a) not b", "a b", []),
        ("level>=warn", "warn", []),
        ("ü", "Ü ü", ["Ü", "ü"]),
        ("", "text", []),
    ])
    func `the words that are looked for are marked`(filter: String, text: String, marked: [String]) throws {
        let bytes = Array(text.utf8)
        let ranges = FilterMarks(try Filter(parsing: filter)).ranges(in: bytes.span)
        #expect(ranges.map { String(decoding: bytes[$0], as: UTF8.self) } == marked)
    }
}
