import Testing

@testable import TailraceInput

/// What content proves about which file is which, and what it does not.
@Suite struct FileContentTests {
    let scratch = LogFolder()
    let sink = LedgerSink()
    /// Longer than any hash of a beginning covers.
    private let banner = String(repeating: "banner of the program\n", count: 100)

    private func run() throws { _ = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink) }

    /// Lines that are not of the banner.
    private var lines: [String] { self.sink.lines.filter { !$0.hasPrefix("banner") } }

    @Test func `F8 rotated files that begin alike are all read`() throws {
        self.scratch.append(self.banner + "1 read\n", to: "a.log")
        try self.run()
        self.scratch.append("1 rest\n", to: "a.log")
        for round in 2...4 {
            for index in (1..<4).reversed() { self.scratch.rename("a.log.\(index)", "a.log.\(index + 1)") }
            self.scratch.rename("a.log", "a.log.1")
            self.scratch.append(self.banner + "\(round)\n", to: "a.log")
        }
        try self.run()
        try self.run()
        #expect(self.lines == ["1 read", "1 rest", "2", "3", "4"])
        #expect(self.sink.lines.count == 4 * 100 + 5)
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F4 F8 a copy of a file that begins as all do is known by its end`() throws {
        self.scratch.append(self.banner + "1 read\n", to: "a.log")
        try self.run()
        self.scratch.append("1 rest\n", to: "a.log")
        self.scratch.copyTruncate("a.log", to: "a.log.1")
        self.scratch.append(self.banner + "2 and more than there was before\n", to: "a.log")
        try self.run()
        try self.run()
        #expect(self.lines == ["1 read", "1 rest", "2 and more than there was before"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F5 F6 a file written anew with the same beginning is known by what was read last`() throws {
        self.scratch.append(self.banner + "1 read\n", to: "a.log")
        try self.run()
        self.scratch.write(self.banner + "2 something else that is longer\n", to: "a.log")
        try self.run()
        #expect(self.lines == ["1 read", "2 something else that is longer"])
        #expect(self.sink.lines.count == 202)
        #expect(self.sink.gaps.count == 1)
    }
}
