import TailraceCodec
import Testing

struct LineFramerTests {
    struct Line: Equatable {
        var text: String
        var info: LineInfo
    }

    /// Feeds the pieces in turn, then ends the source.
    private func lines(_ pieces: [[UInt8]], max: Int = 1000, finish: Bool = true) -> [Line] {
        var framer = LineFramer(maxLineBytes: max)
        var lines: [Line] = []
        for piece in pieces {
            framer.feed(piece.span) { lines.append(Line(text: text($0), info: $1)) }
        }
        if finish { framer.finish { lines.append(Line(text: text($0), info: $1)) } }
        return lines
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    private func lines(_ source: String, max: Int = 1000) -> [Line] { self.lines([Array(source.utf8)], max: max) }

    @Test func `LF and CRLF end lines, a lone CR does not`() {
        #expect(
            self.lines("a\nb\r\nc\rd\n\r\n\n") == [
                Line(text: "a", info: LineInfo(sourceBytes: 2)),
                Line(text: "b", info: LineInfo(sourceBytes: 3)),
                Line(text: "c\rd", info: LineInfo(sourceBytes: 4)),
                Line(text: "", info: LineInfo(sourceBytes: 2)),
                Line(text: "", info: LineInfo(sourceBytes: 1)),
            ])
    }

    @Test func `what is unfinished at the end of the source is a line without a newline, its CR included`() {
        #expect(
            self.lines("a\nbc\r") == [
                Line(text: "a", info: LineInfo(sourceBytes: 2)),
                Line(text: "bc\r", info: LineInfo(sourceBytes: 3, endsWithNewline: false)),
            ])
        #expect(self.lines("a\n").count == 1)
        #expect(self.lines("").isEmpty)
    }

    @Test(arguments: [3, 5, 7, 1000])
    func `where the source is split makes no difference`(max: Int) {
        let source = Array("\u{FEFF}first\r\nzweite Zeile ä€😀\n\n\rx\ry\r\r\nlast \u{FEFF}äöü".utf8)
        let whole = self.lines([source], max: max)
        #expect(whole.map(\.info.sourceBytes).reduce(0, +) == source.count)
        for first in 0...source.count {
            for second in first...source.count {
                let pieces = [Array(source[..<first]), Array(source[first..<second]), Array(source[second...])]
                #expect(self.lines(pieces, max: max) == whole, "split at \(first) and \(second)")
            }
        }
    }

    @Test func `a byte order mark is only at the very start of a source not part of the line`() {
        #expect(self.lines("\u{FEFF}a\n\u{FEFF}b\n").map(\.text) == ["a", "\u{FEFF}b"])
        #expect(self.lines("\u{FEFF}a\n")[0].info.sourceBytes == 5)
    }

    @Test func `a line over the limit is cut and what was not kept is counted, without its line end`() {
        #expect(
            self.lines("0123456789\r\nshort\n", max: 8) == [
                Line(text: "01234567", info: LineInfo(sourceBytes: 12, truncatedBytes: 2)),
                Line(text: "short", info: LineInfo(sourceBytes: 6)),
            ])
        #expect(self.lines("01234567\r\n", max: 8)[0].info == LineInfo(sourceBytes: 10, truncatedBytes: 0))
    }

    @Test func `a cut falls between characters`() {
        let line = self.lines("abc😀def\n", max: 5)[0]
        #expect(line.text == "abc")
        #expect(line.info.truncatedBytes == 7)
        // Bytes that are no UTF-8 anyway are cut at the limit.
        #expect(self.lines([[0x80, 0x80, 0x80, 0x80, 0x80, 0x0a]], max: 4)[0].info.truncatedBytes == 1)
    }

    @Test func `the unfinished line's bytes are known for the checkpoint`() {
        var framer = LineFramer(maxLineBytes: 4)
        var fed = 0
        var taken = 0
        for piece in ["ab", "c\nd", "efghijk", "\nxy"] {
            let bytes = Array(piece.utf8)
            fed += bytes.count
            framer.feed(bytes.span) { taken += $1.sourceBytes }
            #expect(taken == fed - framer.pendingSourceBytes)
        }
        #expect(framer.pendingSourceBytes == 2)
        framer.reset()
        #expect(framer.pendingSourceBytes == 0)
        framer.finish { _, _ in Issue.record("nothing is pending after a reset") }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random bytes in random pieces come out as a naive splitter has them`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let alphabet: [UInt8] = [0x0a, 0x0d, 0x61, 0x62, 0x00, 0x0a]
        let source = (0..<400).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
        var pieces: [[UInt8]] = []
        var rest = source[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(9, rest.count), using: &numbers)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        var expected = source.split(separator: 0x0a, omittingEmptySubsequences: false).map { Array($0) }
        let tail = expected.removeLast()
        for index in expected.indices where expected[index].last == 0x0d { expected[index].removeLast() }
        if !tail.isEmpty { expected.append(tail) }
        #expect(self.lines(pieces).map { Array($0.text.utf8) } == expected)
    }
}
