@testable import TailraceRouter
import TailraceTesting
import Testing

@Suite struct MessagePatternTests {
    private func hash(_ text: String) -> UInt64 { MessagePattern.hash(Array(text.utf8).span) }

    @Test(arguments: [
        ("took 12 ms", "took 9 ms"), ("took 12ms", "took 12345ms"), ("at 0x1f2e", "at 0xbb"),
        ("2026-11-22T07:35:12.5Z up", "1999-01-02T23:59:00.123Z up"),
        ("id 6d2f1ab0-aaaa-4bcd-9e1f-00c04fd430c8", "id deadbeef-1111-ffff-beef-abcdefabcdef"),
        ("commit deadbeefcafe", "commit 0123456789ab"), ("from 10.0.0.1:80", "from 192.168.255.254:8080"),
        ("node web-12 left", "node web-3 left"),
    ])
    func `what counts, times and identifies is left out`(left: String, right: String) {
        #expect(self.hash(left) == self.hash(right))
    }

    @Test(arguments: [
        ("opened", "closed"), ("a b", "ab"), ("user added", "user faded"), ("took 12 ms", "took ms"), ("", " "),
        ("x=1", "y=1"), ("ä", "ö"), ("1 2", "1"), ("dead letter", "beef letter"),
    ])
    func `all else counts as it stands`(left: String, right: String) {
        #expect(self.hash(left) != self.hash(right))
    }

    @Test func `only the beginning of a long message counts`() {
        let long = String(repeating: "word ", count: MessagePattern.maxBytes / 5 + 1)
        #expect(self.hash(long + "one") == self.hash(long + "two"))
        let short = String(long.dropFirst(5 * 100))
        #expect(self.hash(short + "one") != self.hash(short + "two"))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `the memory knows the last patterns and never holds more than two generations`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var memory = PatternMemory()
        var lastSeen: [UInt64: Int] = [:]
        for step in 0..<40_000 {
            let pattern = UInt64.random(in: 0..<20_000, using: &random)
            let isFirst = memory.isFirst(pattern)
            if let last = lastSeen[pattern] {
                // No more different ones can have come since than patterns did.
                if step - last < PatternMemory.maxPatterns { #expect(!isFirst) }
            } else {
                #expect(isFirst)
            }
            lastSeen[pattern] = step
            #expect(memory.count <= 2 * PatternMemory.maxPatterns)
        }
    }
}
