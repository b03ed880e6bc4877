import TailraceEvent
import TailraceLog
import TailraceWeb
import Testing

@testable import TailraceDaemon

@Suite struct MarkIndexTests {
    private static func memoryLog() throws -> EventLog {
        try EventLog(
            settings: .init(path: nil, maxBytes: 1 << 30, maxAge: .seconds(3600), sync: .never, memoryBytes: 1 << 20))
    }

    @Test func `marks are listed behind a number, within what the log keeps, up to a limit`() throws {
        let index = try MarkIndex(log: Self.memoryLog())
        for seq in stride(from: UInt64(10), through: 100, by: 10) { _ = index.add(seq) }
        #expect(index.numbers(after: 0, in: 1...200, limit: 3) == [10, 20, 30])
        #expect(index.numbers(after: 30, in: 1...200, limit: 2) == [40, 50])
        #expect(index.numbers(after: 30, in: 55...80, limit: 10) == [60, 70, 80])
    }

    @Test func `every mark has a slot of its own until the oldest gives up its place`() throws {
        let index = try MarkIndex(log: Self.memoryLog())
        let keys = (1...UInt64(MarkIndex.maxMarks)).map { index.add($0).key }
        #expect(Set(keys).count == MarkIndex.maxMarks)
        #expect(index.add(5000).key == keys[0])
        #expect(index.add(5001).key == keys[1])
        let all = index.numbers(after: 0, in: 1...9999, limit: 9999)
        #expect(all.first == 3 && all.suffix(2) == [5000, 5001] && all.count == MarkIndex.maxMarks)
    }

    @Test func `a text is neither blank nor longer than the limit`() {
        #expect(LogMarkDesk.problem(with: " \n\t") == .empty)
        #expect(LogMarkDesk.problem(with: String(repeating: "é", count: LogMarkDesk.maxTextBytes / 2)) == nil)
        let long = String(repeating: "é", count: LogMarkDesk.maxTextBytes / 2) + "x"
        #expect(LogMarkDesk.problem(with: long) == .tooLong(bytes: 4097, limit: 4096))
    }
}
