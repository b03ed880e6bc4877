import TailraceCodec
import TailraceEvent
import Testing

struct SyslogFramerTests {
    private struct Cut: Equatable {
        var frames: [String] = []
        var truncated = 0
        var problem: String?
    }

    /// Feeds a connection in pieces of at most `size` bytes, to its end or the first problem.
    private func cut(_ text: String, size: Int = .max, max: Int = 1000) -> Cut {
        var framer = SyslogFramer(maxFrameBytes: max)
        var cut = Cut()
        let take: (Span<UInt8>, LineInfo) -> Void = { frame, info in
            cut.frames.append(frame.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
            cut.truncated += info.truncatedBytes
        }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(size, bytes.count))
            let piece = Array(bytes[start..<end])
            if let problem = framer.feed(piece.span, take) {
                cut.problem = problem
                return cut
            }
            start = end
        }
        framer.finish(take)
        return cut
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `S7 counted messages and lines are cut alike in pieces of any size`(size: Int) {
        #expect(self.cut("6 <34>ab10 <34>x\ny\nz\n5 <1>ab", size: size).frames == ["<34>ab", "<34>x\ny\nz", "<1>ab"])
        #expect(self.cut("<34>ab\n<34>cd\r\n<34>ef", size: size).frames == ["<34>ab", "<34>cd", "<34>ef"])
        // A line may begin with a number, and a line may look like a counted message later on.
        #expect(self.cut("42 is the answer\n6 <34>ab\n", size: size).frames == ["42 is the answer", "6 <34>ab"])
        #expect(self.cut("12", size: size).frames == ["12"])
        #expect(self.cut("2026-11-22T07:35:12Z h a: b\n", size: size).frames == ["2026-11-22T07:35:12Z h a: b"])
    }

    @Test(arguments: [1, 5, 1000])
    func `S7 a count that is none ends the connection, and what came is kept`(size: Int) {
        let cases = [
            ("5 <1>ab-7 <1>cd", "no count", "-7 <1>cd"), ("5 <1>ab0005 <1>cd", "begins with 0", "0005 <1>cd"),
            ("5 <1>ab1000000000000000000 <1>", "more than 9 digits", "1000000000000000000 <1>"),
            ("5 <1>ab<34>no count\n", "no count", "<34>no count\n"),
        ]
        for (text, why, rest) in cases {
            let cut = self.cut(text, size: size)
            #expect(cut.problem?.contains(why) == true, "\(text)")
            #expect(cut.frames.first == "<1>ab")
            // Up to the piece in which it was seen.
            #expect(cut.frames.count == 2 && rest.hasPrefix(cut.frames[1]) && !cut.frames[1].isEmpty, "\(cut)")
        }
        #expect(self.cut("1000000000000000000 <34>x").problem?.contains("more than 9 digits") == true)
    }

    @Test(arguments: [1, 64, 100_000])
    func `S7 a message longer than the limit is cut and counted, and never asks for its memory`(size: Int) {
        let long = String(repeating: "x", count: 5000)
        let counted = self.cut("5003 <1>\(long)5 <1>ab", size: size, max: 100)
        #expect(counted.frames.map(\.utf8.count) == [100, 5] && counted.truncated == 4903)
        let lines = self.cut("<1>\(long)\n<1>ab\n", size: size, max: 100)
        #expect(lines.frames.map(\.utf8.count) == [100, 5] && lines.truncated == 4903)
        // The promise of a gigabyte, and 3 bytes.
        let promised = self.cut("999999999 <1>", size: size, max: 100)
        #expect(promised.frames == ["<1>"] && promised.truncated == 999_999_996)
    }

    @Test func `a message ends without the line end or zero byte that was put behind it`() {
        for end in ["", "\n", "\r\n", "\0", "\n\0"] {
            let bytes = Array(("<34>ab" + end).utf8)
            let message = SyslogMessage.trimmed(bytes.span, max: 100)
            #expect(message.end == 6 && message.lost == 0)
        }
        let cut = SyslogMessage.trimmed(Array("aü".utf8).span, max: 2)
        #expect(cut.end == 1 && cut.lost == 2)
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func `messages that were counted come out as they went in`(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<200 {
            let messages = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                "<34>" + String((0..<Int.random(in: 1...60, using: &random)).map { _ in
                    Character(UnicodeScalar(UInt8.random(in: 33...126, using: &random)))
                })
            }
            let wire = messages.map { "\($0.utf8.count) \($0)" }
            let fillers = ["", "\n", "\r\n", "\0"]
            let text = wire.map { $0 + (fillers.randomElement(using: &random) ?? "") }.joined()
            let cut = self.cut(text, size: Int.random(in: 1...50, using: &random))
            #expect(cut.frames == messages && cut.problem == nil && cut.truncated == 0, "seed \(seed): \(text)")
        }
    }
}
