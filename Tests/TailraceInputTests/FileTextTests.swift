import Foundation
import Glibc
import TailraceOptions
import Testing

@testable import TailraceInput

/// What stands in files besides plain lines.
@Suite struct FileTextTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    private func run(_ more: [String: OptionValue] = [:]) throws -> SteppedTailer {
        try SteppedTailer(
            [self.scratch.path("a.log")], more.merging(["from": .string("start")]) { old, _ in old }, sink: self.sink)
    }

    private func append(_ bytes: [UInt8]) {
        let handle = open(self.scratch.path("a.log"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(handle) }
        _ = Glibc.write(handle, bytes, bytes.count)
    }

    private func wide(_ text: String, isBig: Bool = false) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return isBig ? bytes.reversed() : bytes
        }
    }

    /// Where the log says that reading goes on.
    private var offset: UInt64? {
        self.sink.state.checkpoints.values.compactMap { FileCheckpoint(decoding: $0)?.offset }.max()
    }

    @Test func `F20 a last line without a line end is marked`() throws {
        self.scratch.append("one\ntwo", to: "a.log")
        let tailer = try self.run()
        self.scratch.rename("a.log", "a.log.1")
        try tailer.settle()
        try tailer.advance(.seconds(6))
        #expect(self.sink.lines == ["one", "two"])
        #expect(self.sink.state.fields.map { $0.contains("\"no_newline\":true") } == [false, true])
    }

    @Test func `F22 NUL, control characters and lone carriage returns are kept exactly`() throws {
        let bytes = (0...0x9f).filter { $0 != 10 }.map { Unicode.Scalar($0)! }
        let line = "a\rb" + String(String.UnicodeScalarView(bytes)) + "z"
        self.scratch.append(line + "\n\0\n\r\r\n", to: "a.log")
        _ = try self.run()
        #expect(self.sink.lines == [line, "\0", "\r"])
    }

    @Test func `F23 a character that is cut between two reads is not damaged`() throws {
        let tailer = try self.run()
        let text = "grüße 漢字 😀\n"
        for byte in Array((text + text).utf8) {
            self.append([byte])
            try tailer.settle()
        }
        #expect(self.sink.lines + [""] == (text + text).components(separatedBy: "\n"))
        #expect(self.sink.state.fields.allSatisfy { !$0.contains("raw_base64") })
    }

    @Test func `F23 a character that is cut by the end of a chunk is not damaged`() throws {
        let line = String(repeating: "€", count: 50_000)
        for count in 0..<3 {
            self.scratch.write(String(repeating: "x", count: count) + line + "\n", to: "a.log")
            _ = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
            #expect(self.sink.lines.last == String(repeating: "x", count: count) + line)
        }
    }

    @Test func `F23 bytes that are not UTF-8 are kept beside the message`() throws {
        self.append([0x61, 0xff, 0xc3, 0x28, 0x0a])
        _ = try self.run()
        #expect(self.sink.lines == ["a\u{fffd}\u{fffd}("])
        #expect(self.sink.state.fields.first?.contains("\"raw_base64\":\"Yf/DKA==\"") == true)
    }

    @Test(arguments: [false, true])
    func `F23 UTF-16 with a mark is read over restarts, at offsets of the file`(isBig: Bool) throws {
        self.append(self.wide("\u{feff}{\"message\":\"größer 😀\"}\r\nzwei", isBig: isBig))
        _ = try self.run(["format": .string("json")])
        let first = self.wide("\u{feff}{\"message\":\"größer 😀\"}\r\n").count
        #expect(self.offset == UInt64(first))
        self.append(self.wide("\nਊĊ\n", isBig: isBig))
        _ = try self.run(["format": .string("json")])
        for byte in self.wide("vier\n", isBig: isBig) {
            self.append([byte])
            _ = try self.run(["format": .string("json")])
        }
        #expect(self.sink.lines == ["größer 😀", "zwei", "ਊĊ", "vier"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F23 UTF-16 that is declared needs no mark, also where reading begins in the middle`() throws {
        self.append(self.wide(String(repeating: "ĀĊ old\n", count: 1_000) + "last\n"))
        for size in ["-9B", "-10B", "-11B", "-12B"] {
            let sink = LedgerSink()
            _ = try SteppedTailer(
                [self.scratch.path("a.log")], ["from": .string(size), "encoding": .string("utf-16le")], sink: sink)
            #expect(sink.lines == (size == "-9B" ? [] : ["last"]))
        }
    }

    @Test func `F23 lines of several lines name the places that they have in the file`() throws {
        self.append(self.wide("\u{feff}one\n two\nthree\n"))
        let tailer = try self.run([
            "multiline": .table(
                OptionTable(values: ["start": .string("^\\S"), "timeout": .duration(.seconds(1))]))
        ])
        try tailer.advance(.seconds(2))
        #expect(self.sink.lines == ["one\n two", "three"])
        #expect(self.sink.state.fields.first?.contains("\"line_offsets\":[0,10,20]") == true)
    }

    @Test(arguments: [false, true], [nil, "utf-16"])
    func `F10 F23 a hole between lines of UTF-16 leaves them whole`(isBig: Bool, declared: String?) throws {
        let mark = declared == nil ? "\u{feff}" : ""
        self.append(self.wide("\(mark)one\n", isBig: isBig))
        let start = self.wide("\(mark)one\n").count
        for (size, line) in [(100_000, "two\n"), (300_000, "three\n")] {
            _ = Glibc.truncate(self.scratch.path("a.log"), size)
            self.append(self.wide(line, isBig: isBig))
        }
        _ = try self.run(declared.map { ["encoding": .string($0 + (isBig ? "be" : "le"))] } ?? [:])
        #expect(self.sink.lines == ["one", "two", "three"])
        #expect(self.sink.gaps.count == 2)
        #expect(self.sink.gaps.first?.contains("\"count\":\(100_000 - start),\"unit\":\"bytes\"") == true)
        #expect(self.sink.state.fields.allSatisfy { !$0.contains("raw_base64") && !$0.contains("no_newline") })
    }

    @Test func `F23 UTF-16 that nobody has declared is named`() throws {
        self.append(self.wide("something that is written on Windows\n"))
        let tailer = try self.run()
        try tailer.advance(.seconds(1))
        #expect(tailer.status.snapshot.state == .degraded)
        #expect(tailer.status.snapshot.reason?.contains("encoding = \"utf-16le\"") == true)
        #expect(throws: OptionProblem.self) { try self.run(["encoding": .string("ebcdic")]) }
    }

    @Test func `F24 line ends of all kinds, and a mark that is no part of the first field`() throws {
        let mark = "\u{feff}"
        self.scratch.append("\(mark){\"message\":\"one\",\"a\":1}\r\ntwo\nthree\r\n\r\n", to: "a.log")
        _ = try self.run(["format": .string("auto")])
        #expect(self.sink.lines == ["one", "two", "three", ""])
        #expect(self.offset == 3 + 23 + 2 + 4 + 7 + 2)
        #expect(self.sink.state.fields.first?.contains("\"a\":1") == true)
        self.scratch.append("\(mark)five\n", to: "a.log")
        _ = try self.run()
        #expect(self.sink.lines.last == "\(mark)five")
    }
}
