import Testing

@testable import TailraceCodec

@Suite struct SourceFramerTests {
    private struct Line: Equatable {
        var text: [UInt8]
        var info: LineInfo
    }

    private func lines(
        _ bytes: [UInt8], declared: TextEncoding? = nil, max: Int = 1_000, piece: () -> Int = { 1 }
    ) -> [Line] {
        var framer = SourceFramer(maxLineBytes: max, declared: declared)
        var lines: [Line] = []
        var index = 0
        func take(_ text: Span<UInt8>, _ info: LineInfo) {
            lines.append(Line(text: (0..<text.count).map { text[$0] }, info: info))
        }
        while index < bytes.count {
            let end = min(bytes.count, index + piece())
            framer.feed(bytes.span.extracting(index..<end), take)
            index = end
            let counted = lines.reduce(0) { $0 + $1.info.sourceBytes }
            #expect(counted + framer.pendingSourceBytes == index)
        }
        framer.finish(take)
        #expect(framer.pendingSourceBytes == 0)
        return lines
    }

    private func wide(_ text: String, _ encoding: TextEncoding, mark: Bool = true) -> [UInt8] {
        ((mark ? [0xfeff] : []) + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return encoding == .utf16LittleEndian ? bytes : bytes.reversed()
        }
    }

    @Test(arguments: 0..<100)
    func `F23 UTF-16 comes out as it went in however it is cut, counted in bytes of the source`(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let alphabet = Array("aéਊĊ漢😀\r\n\u{a00}\0\u{85}\u{2028}".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
        }
        let encoding: TextEncoding = Bool.random(using: &random) ? .utf16LittleEndian : .utf16BigEndian
        let isMarked = Bool.random(using: &random)
        let source = self.wide(text, encoding, mark: isMarked)
        let lines = self.lines(source, declared: isMarked ? nil : encoding) { Int.random(in: 1...9, using: &random) }
        let expected = self.lines(Array(text.utf8), declared: .utf8)
        #expect(lines.map(\.text) == expected.map(\.text))
        #expect(lines.reduce(0) { $0 + $1.info.sourceBytes } == source.count)
        #expect(lines.map(\.info.endsWithNewline) == expected.map(\.info.endsWithNewline))
    }

    @Test func `F23 what stands for no character is kept recoverably`() {
        // Half a surrogate pair, and half a unit at the end.
        let lines = self.lines([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00, 0x0a, 0x00, 0x42], piece: { 100 })
        #expect(lines.map(\.text) == [[0xed, 0xa0, 0x80, 0x41], [0xed, 0xb1, 0x82]])
        #expect(lines.last?.info == LineInfo(sourceBytes: 1, endsWithNewline: false))
    }

    @Test func `F21 F23 a long line of UTF-16 is cut between characters and counted`() {
        let source = self.wide("ab😀cd\r\nx\n", .utf16LittleEndian, mark: false)
        let lines = self.lines(source, declared: .utf16LittleEndian, max: 7)
        #expect(lines.map(\.text) == [Array("ab".utf8), Array("x".utf8)])
        #expect(lines.map(\.info.truncatedBytes) == [8, 0])
        #expect(lines.map(\.info.sourceBytes) == [16, 4])
    }

    @Test func `F23 single bytes that are declared come out as characters`() {
        let lines = self.lines([0x63, 0x61, 0x66, 0xe9, 0x0d, 0x0a, 0xff], declared: .latin1)
        #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == ["café", "ÿ"])
        #expect(lines.map(\.info.sourceBytes) == [6, 1])
    }

    @Test func `F24 a mark that is none, or only begun, is text`() {
        #expect(self.lines([0xff]).map(\.text) == [[0xff]])
        #expect(self.lines([0xff, 0x0a, 0x41]).map(\.text) == [[0xff], [0x41]])
        #expect(self.lines([0xfe, 0x0a]).map(\.text) == [[0xfe]])
        #expect(self.lines([0xef, 0xbb, 0xbf, 0x41, 0x0a]).map(\.text) == [[0x41]])
        #expect(self.lines([0x0a, 0xff, 0xfe, 0x0a]).map(\.text) == [[], [0xff, 0xfe]])
    }

    @Test func `F23 text that has NUL at every second byte looks like UTF-16`() {
        let text = "2026-11-22 something happened here\n"
        #expect(TextEncoding.looksWide(self.wide(text, .utf16LittleEndian, mark: false).span) == .utf16LittleEndian)
        #expect(TextEncoding.looksWide(self.wide(text, .utf16BigEndian, mark: false).span) == .utf16BigEndian)
        #expect(TextEncoding.looksWide(Array(text.utf8).span) == nil)
        #expect(TextEncoding.looksWide([UInt8](repeating: 0, count: 100).span) == nil)
    }
}
