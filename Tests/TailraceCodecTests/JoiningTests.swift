import Foundation
import TailraceCodec
import TailraceEvent
import TailraceOptions
import Testing

/// Joining against a naive model, and against a crash at any moment.
struct JoiningTests {
    private static func options(_ values: [String: OptionValue]) throws -> CodecOptions {
        try CodecOptions(OptionTable(values: values))
    }

    private static func multiline(_ values: [String: OptionValue]) -> OptionValue {
        .table(OptionTable(values: values))
    }

    /// Lines that begin an event (`S…`) and others, some empty, some with CRLF, not all of them UTF-8.
    private static func source(_ numbers: inout SeededNumbers) -> [[UInt8]] {
        (0..<Int.random(in: 1...40, using: &numbers)).map { number in
            let texts: [[UInt8]] = [
                Array("S\(number)".utf8), Array("  part \(number)".utf8), [], [0x20, 0xff, 0xfe],
                Array("x\(number)".utf8),
            ]
            let end: [UInt8] = Bool.random(using: &numbers) ? [0x0a] : [0x0d, 0x0a]
            return texts[Int.random(in: 0..<texts.count, using: &numbers)] + end
        }
    }

    private static func text(_ line: [UInt8]) -> [UInt8] {
        line.dropLast(line.dropLast().last == 0x0d ? 2 : 1)
    }

    private static func isStart(_ line: [UInt8]) -> Bool { line.first == UInt8(ascii: "S") }

    private static func pieces(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [[UInt8]] {
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(30, rest.count), using: &numbers)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `random lines in random pieces are grouped as a naive joiner groups them`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let lines = Self.source(&numbers)
        let maxLines = Int.random(in: 2...6, using: &numbers)
        let options = try Self.options([
            "format": .string("plain"),
            "multiline": Self.multiline(["start": .string("^S"), "max_lines": .integer(Int64(maxLines))]),
        ])
        var groups: [[[UInt8]]] = []
        for line in lines {
            if groups.isEmpty || Self.isStart(line) || groups[groups.count - 1].count == maxLines {
                groups.append([line])
            } else {
                groups[groups.count - 1].append(line)
            }
        }
        let bytes = lines.flatMap(\.self)
        var source = SourceReading(options)
        for piece in Self.pieces(bytes, &numbers) {
            source.take(piece)
            source.tally()
            try #require(source.addsUp, "seed \(seed)")
        }
        source.finish()
        source.tally()
        #expect(source.addsUp, "seed \(seed)")
        try #require(source.batch.count == groups.count, "seed \(seed)")
        var offset = 0
        for (index, group) in groups.enumerated() {
            let fields = try source.fields(at: index)
            let texts = group.map { Self.text($0) }
            let raw = Array(texts.joined(separator: [0x0a]))
            #expect(source.messages[index] == String(decoding: raw, as: UTF8.self), "seed \(seed)")
            #expect(fields["lines"] as? Int == (group.count > 1 ? group.count : nil))
            if String(validating: raw, as: UTF8.self) == nil {
                #expect(fields["raw_base64"] as? String == Data(raw).base64EncodedString(), "seed \(seed)")
            } else {
                #expect(fields["raw_base64"] == nil)
            }
            // Every line, its end included, can be taken out of the source again.
            if group.count > 1 {
                let offsets = try #require(fields["line_offsets"] as? [Int])
                #expect(zip(offsets, offsets.dropFirst()).map { Array(bytes[$0..<$1]) } == group, "seed \(seed)")
                #expect(offsets.first == offset)
            }
            offset += group.reduce(0) { $0 + $1.count }
        }
    }

    /// Two streams, lines in pieces, with and without joining.
    private static func containerSource(_ numbers: inout SeededNumbers) -> [UInt8] {
        var text = ""
        for number in 0..<Int.random(in: 1...40, using: &numbers) {
            let stream = Bool.random(using: &numbers) ? "stdout" : "stderr"
            let tag = Int.random(in: 0..<4, using: &numbers) == 0 ? "P" : "F"
            let start = Bool.random(using: &numbers) ? "S" : " "
            text += "2026-11-22T07:35:12.\(100 + number)Z \(stream) \(tag) \(start)\(number)\n"
        }
        for stream in ["stdout", "stderr"] { text += "2026-11-22T07:35:13Z \(stream) F end\n" }
        return Array(text.utf8)
    }

    @Test(arguments: 0..<60 as Range<UInt64>, [true, false])
    func `whoever goes on behind a crash loses and doubles nothing`(seed: UInt64, isContainer: Bool) throws {
        var numbers = SeededNumbers(seed: seed)
        var values: [String: OptionValue] = ["format": .string(isContainer ? "cri" : "plain")]
        if !isContainer || seed % 2 == 0 { values["multiline"] = Self.multiline(["start": .string("^S")]) }
        let options = try Self.options(values)
        let bytes = isContainer ? Self.containerSource(&numbers) : Self.source(&numbers).flatMap(\.self)
        var whole = SourceReading(options)
        whole.take(bytes)
        whole.finish()
        var source = SourceReading(options)
        var taken = 0
        for piece in Self.pieces(bytes, &numbers) {
            source.take(piece)
            source.tally()
            try #require(source.addsUp, "seed \(seed)")
            taken += piece.count
            let offset = taken - source.reader.heldSourceBytes
            var next = SourceReading(options, at: UInt64(offset))
            next.take(bytes[offset...])
            next.finish()
            let both = source.messages + next.messages
            guard both == whole.messages else {
                Issue.record("seed \(seed), at byte \(taken), from \(offset): \(both) instead of \(whole.messages)")
                return
            }
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `groups that end by time hold every line once, in order`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let options = try Self.options([
            "format": .string("cri"),
            "multiline": Self.multiline(["start": .string("^S"), "timeout": .duration(.seconds(1))]),
        ])
        let lines = (0..<60).map { number in
            let stream = Bool.random(using: &numbers) ? "stdout" : "stderr"
            return (stream: stream, text: "\(Bool.random(using: &numbers) ? "S" : " ")\(number)")
        }
        var source = SourceReading(options)
        for (number, line) in lines.enumerated() {
            source.take("2026-11-22T07:35:12.\(100 + number)Z \(line.stream) F \(line.text)\n".utf8)
            source.now += .milliseconds(Int.random(in: 0...1200, using: &numbers))
            source.finishDue()
            source.tally()
            try #require(source.addsUp, "seed \(seed)")
            let deadline = source.reader.deadline
            #expect(deadline.map { $0 > source.now } ?? true, "seed \(seed)")
        }
        source.finish()
        source.tally()
        #expect(source.addsUp, "seed \(seed)")
        for stream in ["stdout", "stderr"] {
            let texts = try (0..<source.batch.count).filter { try source.fields(at: $0)["stream"] as? String == stream }
                .flatMap { source.messages[$0].split(separator: "\n").map(String.init) }
            #expect(texts == lines.filter { $0.stream == stream }.map(\.text), "seed \(seed)")
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>, [true, false])
    func `every line adds up when a source begins again in the middle of events`(seed: UInt64, isOrdered: Bool) throws {
        var numbers = SeededNumbers(seed: seed)
        let options = try Self.options([
            "format": .string("cri"),
            "multiline": Self.multiline(["start": .string("^S"), "max_lines": .integer(3)]),
        ])
        let bytes = Self.containerSource(&numbers)
        var source = SourceReading(options)
        if !isOrdered { source.reader = LineReader(options: options, isOrdered: false) }
        for piece in Self.pieces(bytes, &numbers) {
            source.take(piece)
            if Int.random(in: 0..<20, using: &numbers) == 0 { source.reader.restart(at: 0) }
            source.tally()
            try #require(source.addsUp, "seed \(seed)")
        }
        source.finish()
        source.tally()
        #expect(source.addsUp, "seed \(seed)")
    }

    @Test func `a byte order mark within a source is part of its line, whoever begins there`() throws {
        var source = SourceReading(try Self.options(["format": .string("plain")]), at: 7)
        source.take("\u{FEFF}x\n".utf8)
        #expect(source.messages == ["\u{FEFF}x"])
    }

    @Test func `an event waits for further lines no longer than it is told to`() throws {
        let options = try Self.options([
            "multiline": Self.multiline(["rule": .string("java"), "timeout": .duration(.milliseconds(200))])
        ])
        var source = SourceReading(options)
        source.take("2026-11-22T07:35:12Z ERROR a\n".utf8)
        #expect(source.batch.isEmpty && source.reader.heldSourceBytes == 29)
        source.now += .milliseconds(150)
        source.take("java.lang.Error: b\n\tat a.B.c(B.java:1)\n".utf8)
        source.now += .milliseconds(150)
        source.finishDue()
        #expect(source.batch.isEmpty)
        source.now += .milliseconds(50)
        source.finishDue()
        #expect(source.messages == ["2026-11-22T07:35:12Z ERROR a\njava.lang.Error: b\n\tat a.B.c(B.java:1)"])
        #expect(source.reader.heldSourceBytes == 0 && source.reader.deadline == nil)
        #expect(source.batch.records[0].level == Level.error.rawValue)
    }

    @Test func `a piece whose rest never comes is told, and says so`() throws {
        var source = SourceReading(try Self.options(["format": .string("cri")]))
        source.take("2026-11-22T07:35:12.1Z stdout P begun\n2026-11-22T07:35:12.2Z stderr F whole\n".utf8)
        #expect(source.batch.isEmpty)
        source.now += .seconds(6)
        source.finishDue()
        #expect(source.messages == ["begun", "whole"])
        #expect(try source.fields(at: 0)["join_cut"] as? String == "unfinished")
        let counts = source.reader.takeCounts()
        #expect(counts.cut == 1 && counts.lines == 2 && counts.joined == 0 && counts.waiting == 0)
    }

    @Test func `a line of pieces is no longer than any other`() throws {
        var source = SourceReading(try Self.options(["format": .string("cri"), "max_line": .size(100)]))
        for _ in 0..<5 { source.take("2026-11-22T07:35:12.1Z stdout P \(String(repeating: "x", count: 30))\n".utf8) }
        source.take("2026-11-22T07:35:12.1Z stdout F end\n".utf8)
        #expect(source.messages.map(\.count) == [100])
        #expect(try source.fields(at: 0)["truncated_bytes"] as? Int == 53)
    }

    @Test func `what waits behind an open event is bounded`() throws {
        var source = SourceReading(
            try Self.options(["format": .string("cri"), "multiline": Self.multiline(["start": .string("^S")])]))
        source.take("2026-11-22T07:35:12.1Z stdout F S1\n".utf8)
        let line = "2026-11-22T07:35:12.2Z stderr F S\(String(repeating: "y", count: 10_000))\n"
        for _ in 0..<1000 { source.take(line.utf8) }
        #expect(source.batch.count > 500)
        #expect(source.messages.first == "S1")
        #expect(try source.fields(at: 0)["join_cut"] as? String == "max_open")
        source.finish()
        #expect(source.batch.count == 1001)
    }
}
