import Foundation
import Glibc
import TailraceDeflate
import TailraceOptions
import TailraceTesting
import Testing

@testable import TailraceInput

/// Rotated files that are compressed before they were read.
@Suite struct FileCompressedTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    private func run(_ pattern: String = "a.log", _ more: [String: OptionValue] = [:]) throws -> SteppedTailer {
        try SteppedTailer(
            [self.scratch.path(pattern)], more.merging(["from": .string("start")]) { $1 }, sink: self.sink)
    }

    /// What gzip(1) does: the compressed file has the time of the other, which is removed.
    private func compress(_ name: String, to target: String? = nil, _ change: (inout [UInt8]) -> Void = { _ in }) {
        let path = self.scratch.path(name)
        var bytes = gzipped(Array(FileManager.default.contents(atPath: path) ?? Data()))
        change(&bytes)
        let compressed = self.scratch.path(target ?? "\(name).gz")
        _ = FileManager.default.createFile(atPath: compressed, contents: Data(bytes))
        var facts = stat()
        stat(path, &facts)
        let times = [facts.st_atim, facts.st_mtim]
        utimensat(AT_FDCWD, compressed, times, 0)
        self.scratch.remove(name)
    }

    private func lines(_ range: Range<Int>) -> String { range.map { "line \($0)\n" }.joined() }
    private func expected(_ range: Range<Int>) -> [String] { range.map { "line \($0)" } }

    @Test(arguments: ["a.log", "a.log*"])
    func `F18 the rest of a file that was compressed while stopped is read where it was left`(pattern: String) throws {
        self.scratch.append(self.lines(0..<500), to: "a.log")
        _ = try self.run(pattern)
        self.scratch.append(self.lines(500..<100_000), to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.compress("a.log.1")
        self.scratch.append(self.lines(100_000..<100_003), to: "a.log")
        _ = try self.run(pattern)
        _ = try self.run(pattern)
        #expect(self.sink.lines == self.expected(0..<100_003))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 a chain of compressed files is read oldest first, and older ones are left alone`() throws {
        self.scratch.append("old\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.compress("a.log.1")
        self.scratch.waitForNextTick(after: "a.log.1.gz")
        self.scratch.append(self.lines(0..<2), to: "a.log")
        _ = try self.run()
        self.scratch.append(self.lines(2..<4), to: "a.log")
        for round in 0..<12 {
            for index in (1...13).reversed() {
                self.scratch.rename("a.log.\(index).gz", "a.log.\(index + 1).gz")
            }
            self.scratch.rename("a.log", "a.log.1")
            self.compress("a.log.1")
            self.scratch.append(self.lines(4 + round..<5 + round), to: "a.log")
        }
        _ = try self.run()
        _ = try self.run()
        #expect(self.sink.lines == self.expected(0..<16))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 what was read to its end before it was compressed is neither repeated nor missed`() throws {
        self.scratch.append(self.lines(0..<3), to: "a.log")
        _ = try self.run()
        self.scratch.rename("a.log", "a.log-20261122")
        self.compress("a.log-20261122")
        self.scratch.append(self.lines(3..<4), to: "a.log")
        _ = try self.run()
        #expect(self.sink.lines == self.expected(0..<4))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 a copy that was compressed holds what was not read before the truncation`() throws {
        self.scratch.append(self.lines(0..<3), to: "a.log")
        _ = try self.run()
        self.scratch.append(self.lines(3..<5), to: "a.log")
        self.scratch.copyTruncate("a.log", to: "a.log.1")
        self.compress("a.log.1")
        self.scratch.append(self.lines(5..<6), to: "a.log")
        _ = try self.run()
        _ = try self.run()
        #expect(self.sink.lines == self.expected(0..<6))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 rotation and compression while running repeat nothing`() throws {
        let tailer = try self.run("a.log*")
        for round in 0..<8 {
            self.scratch.append(self.lines(round * 3..<round * 3 + 2), to: "a.log")
            if round % 3 != 1 { try tailer.settle() }
            self.scratch.append(self.lines(round * 3 + 2..<round * 3 + 3), to: "a.log")
            for index in (1...8).reversed() { self.scratch.rename("a.log.\(index).gz", "a.log.\(index + 1).gz") }
            self.scratch.rename("a.log", "a.log.1")
            if round % 2 == 0 { try tailer.settle() }
            self.compress("a.log.1")
            if round % 4 == 0 { try tailer.advance(.seconds(6)) }
        }
        self.scratch.append("end\n", to: "a.log")
        try tailer.advance(.seconds(12))
        #expect(self.sink.lines == self.expected(0..<24) + ["end"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 a file that was closed while idle goes on in its compressed form`() throws {
        for index in 0..<12 { self.scratch.append("\(index) one\n", to: "\(index).log") }
        let tailer = try self.run("*.log", ["max_open_files": .integer(4)])
        for index in 0..<12 {
            self.scratch.append("\(index) two\n", to: "\(index).log")
            self.scratch.rename("\(index).log", "\(index).log.1")
            self.compress("\(index).log.1")
        }
        try tailer.settle()
        try tailer.advance(.seconds(12))
        #expect(self.sink.lines.sorted() == (0..<12).flatMap { ["\($0) one", "\($0) two"] }.sorted())
        #expect(self.sink.gaps.isEmpty)
    }

    @Test(arguments: 0..<30)
    func `F18 kills in the middle of a compressed file repeat and lose nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        self.scratch.append(self.lines(0..<10), to: "a.log")
        _ = try self.run()
        self.scratch.append(self.lines(10..<60_000), to: "a.log")
        self.scratch.rename("a.log", "a.log.2")
        self.compress("a.log.2")
        self.scratch.append(self.lines(60_000..<120_000), to: "a.log.1")
        self.compress("a.log.1")
        self.scratch.append(self.lines(120_000..<120_010), to: "a.log")
        for _ in 0..<6 {
            let allowed = Int.random(in: 0...2, using: &random)
            self.sink.close(after: allowed)
            _ = try? self.run()
        }
        self.sink.close(after: nil)
        _ = try self.run()
        #expect(self.sink.lines == self.expected(0..<120_010))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 a file that is cut off leaves a gap behind what could be read`() throws {
        try self.damage { $0.removeLast($0.count / 3) }
        #expect(self.sink.lines.count > 100 && self.sink.lines.count < 50_000)
        let gap = try #require(self.sink.gaps.first)
        #expect(self.sink.gaps.count == 1)
        #expect(gap.contains("\"reason\":\"damaged\",\"unit\":\"bytes\",\"from\":"))
        // What was read is exact, but for a last line that the damage cut.
        let read = self.sink.lines.filter { $0 != "next" }
        #expect(Array(read.dropLast()) == self.expected(0..<read.count - 1))
    }

    @Test func `F18 damage in the middle leaves a gap with its size`() throws {
        let total = self.lines(0..<50_000).utf8.count
        try self.damage { bytes in
            for index in bytes.count / 2..<bytes.count / 2 + 400 { bytes[index] = 0xff }
        }
        let gap = try #require(self.sink.gaps.first)
        let from = try #require(gap.firstMatch(of: /"from":"(\d+)"/).flatMap { Int($0.1) })
        #expect(gap.contains("\"reason\":\"damaged\",\"count\":\(total - from),\"unit\":\"bytes\""))
        #expect(self.sink.lines.last == "next")
    }

    @Test func `F18 a wrong checksum is told behind the lines it is about`() throws {
        try self.damage { $0[$0.count - 6] ^= 1 }
        #expect(self.sink.lines == self.expected(0..<50_000) + ["next"])
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains("\"reason\":\"damaged\",\"unit\"") == true)
    }

    /// A file is read a little, rotated, compressed and damaged, and followed by another.
    private func damage(_ change: (inout [UInt8]) -> Void) throws {
        self.scratch.append(self.lines(0..<100), to: "a.log")
        _ = try self.run()
        self.scratch.append(self.lines(100..<50_000), to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.compress("a.log.1", change)
        self.scratch.append("next\n", to: "a.log")
        _ = try self.run()
        _ = try self.run()
    }

    @Test(arguments: ["max_inflated", "max_inflate_ratio"])
    func `F18 a bomb is given up at its limit, which is named and counted`(limit: String) throws {
        self.scratch.append("one\n", to: "a.log")
        _ = try self.run()
        self.scratch.rename("a.log", "a.log.1")
        let line = Array(String(repeating: "x", count: 1_023).utf8) + [10]
        let bomb = Array("one\n".utf8) + (0..<100 << 10).flatMap { _ in line }
        _ = FileManager.default.createFile(atPath: self.scratch.path("a.log.1.gz"), contents: Data(gzipped(bomb)))
        self.scratch.remove("a.log.1")
        self.scratch.append("next\n", to: "a.log")
        let value: OptionValue = limit == "max_inflated" ? .size(1 << 20) : .integer(100)
        let tailer = try self.run("a.log", [limit: value])
        let reached = limit == "max_inflated" ? 1_024 : 64 << 10
        #expect(self.sink.lines.count >= reached && self.sink.lines.count < reached + 100)
        #expect(self.sink.lines.last == "next")
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains("\"reason\":\"limit\",\"count\":") == true)
        #expect(tailer.status.snapshot.inflateLimits == 1)
    }

    @Test func `F18 a file that is still being compressed is read itself`() throws {
        self.scratch.append(self.lines(0..<2), to: "a.log")
        _ = try self.run()
        self.scratch.append(self.lines(2..<4), to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        let whole = self.scratch.read("a.log.1")
        self.compress("a.log.1") { $0.removeLast(9) }
        self.scratch.append(whole, to: "a.log.1")
        self.scratch.append(self.lines(4..<5), to: "a.log")
        _ = try self.run()
        #expect(self.sink.lines == self.expected(0..<5))
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F18 compressed files that the patterns match are not read as lines`() throws {
        self.scratch.append("old\n", to: "a.log.2")
        self.compress("a.log.2")
        self.scratch.append("one\n", to: "a.log")
        let tailer = try self.run("*")
        self.scratch.append("text for all its name\n", to: "b.gz")
        try tailer.advance(.seconds(11))
        #expect(self.sink.lines == ["one", "text for all its name"])
        #expect(tailer.status.snapshot.state == .reading)
        let named = try self.run("a.log.2.gz")
        #expect(named.status.snapshot.reason?.contains("it is compressed") == true)
    }

    @Test func `F18 other content of the same beginning is not taken for the file that is gone`() throws {
        let banner = String(repeating: "banner of the program\n", count: 100)
        self.scratch.append(banner + "mine one\n", to: "a.log")
        _ = try self.run()
        self.scratch.append("mine two\n", to: "a.log")
        self.scratch.append(banner + "foreign\n", to: "a.log.9")
        utimensat(AT_FDCWD, self.scratch.path("a.log.9"), [timespec(), timespec()], 0)
        self.compress("a.log.9")
        self.scratch.rename("a.log", "a.log.1")
        self.compress("a.log.1")
        self.scratch.append("next\n", to: "a.log")
        _ = try self.run()
        #expect(self.sink.lines.suffix(3) == ["mine one", "mine two", "next"])
        #expect(self.sink.gaps.isEmpty)
    }
}

func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var encoder = GzipEncoder(level: 6)
    var output: [UInt8] = []
    encoder.finish(bytes.span, into: &output)
    return output
}
