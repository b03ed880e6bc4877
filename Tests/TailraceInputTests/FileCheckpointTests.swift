import TailraceTesting
import Testing

@testable import TailraceInput

@Suite struct FileCheckpointTests {
    private func sample(_ path: [UInt8]) -> FileCheckpoint {
        FileCheckpoint(
            path: FilePath(bytes: path), location: FilePath("/elsewhere"), offset: .max, generation: 7, isDrained: true,
            isCopy: true, key: FileFacts.Key(device: .max, inode: 12), birth: -5,
            head: FileAnchor(end: 3, length: 3, hash: .max),
            tail: FileAnchor(end: 4096, length: 1024, hash: 0), seen: .max)
    }

    @Test(arguments: [
        Array("/var/log/syslog".utf8), Array("/odd \"name\"\n\t\\é".utf8), [0x2f, 0xff, 0x22, 0x80, 0x01, 0x5c],
        Array("/\u{7f}\\udc80".utf8),
    ])
    func `a checkpoint comes back exactly, whatever the file's name`(path: [UInt8]) {
        let checkpoint = self.sample(path)
        #expect(FileCheckpoint(decoding: checkpoint.encoded) == checkpoint)
    }

    @Test func `every cut of a checkpoint is refused`() {
        let text = self.sample(Array("/var/log/\u{1}\"".utf8)).encoded
        for length in 0..<text.count { #expect(FileCheckpoint(decoding: Array(text[..<length])) == nil) }
    }

    @Test(arguments: [1 as UInt64, 2, 3])
    func `damaged checkpoints never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = self.sample([0x2f, 0xff, 0x41]).encoded
        for _ in 0..<5_000 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = FileCheckpoint(decoding: damaged)
        }
    }

    @Test func `a later version is not guessed at`() {
        #expect(FileCheckpoint(decoding: Array("{\"version\":2}".utf8)) == nil)
    }
}

@Suite struct ReadCursorTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Which of `bytes` are new; nil if what was read before is not there any more.
    private func take(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) -> Range<Int>? {
        guard let known = cursor.known(in: bytes) else { return nil }
        cursor.advance(over: bytes)
        return known..<bytes.count
    }

    @Test func `new bytes are told from those read before`() {
        var cursor = ReadCursor()
        #expect(self.take(self.bytes("one\ntw").span, &cursor) == 0..<6)
        cursor.linesEnded(pendingBytes: 2)
        #expect(cursor.position == 6)
        #expect(cursor.offset == 4)
        #expect(cursor.readOffset == 0)
        #expect(self.take(self.bytes("one\ntwo\n").span, &cursor) == 6..<8)
    }

    @Test func `other bytes before the position are noticed`() {
        var cursor = ReadCursor()
        _ = self.take(self.bytes("one\n").span, &cursor)
        #expect(self.take(self.bytes("One\ntwo\n").span, &cursor) == nil)
        #expect(self.take(self.bytes("on").span, &cursor) == nil)
    }

    @Test func `anchors cover the bytes before the offset, not the unfinished line`() {
        var cursor = ReadCursor()
        let text = self.bytes(String(repeating: "x", count: 2_000) + "\nrest")
        _ = self.take(text.span, &cursor)
        cursor.linesEnded(pendingBytes: 4)
        cursor.anchor()
        #expect(cursor.tail.end == 2_001)
        #expect(cursor.tail == FileAnchor(end: 2_001, of: text.span.extracting(981..<2_001)))
        #expect(cursor.head == FileAnchor(end: 1_024, of: text.span.extracting(0..<1_024)))
    }

    @Test func `an older anchor stays when a long line is unfinished`() {
        var cursor = ReadCursor()
        _ = self.take(self.bytes("one\n").span, &cursor)
        cursor.linesEnded(pendingBytes: 0)
        cursor.anchor()
        let long = self.bytes("one\n" + String(repeating: "x", count: 5_000))
        _ = self.take(long.span, &cursor)
        cursor.linesEnded(pendingBytes: 5_000)
        cursor.anchor()
        #expect(cursor.tail.end == 4)
        #expect(cursor.offset == 4)
    }
}
