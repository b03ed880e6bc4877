import TailraceCodec
import TailraceEvent
import TailraceOptions

/// The first byte chooses the format and the rule, the second how the rest is cut into pieces.
///
/// Pieces must make no difference, whoever goes on behind a crash must lose and double nothing, a joined event must
/// tell where each of its lines stands, and every line must be counted into what became of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJoining(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count > 2 else { return 0 }
    let bytes = Array(input.dropFirst(2))
    let options = choices[Int(input[0]) % choices.count]
    let piece = 1 + Int(input[1]) % 97
    let whole = Reading(options, bytes, from: 0, pieceBytes: bytes.count)
    let parts = Reading(options, bytes, from: 0, pieceBytes: piece) { taken, held, told in
        let rest = Reading(options, bytes, from: taken - held, pieceBytes: bytes.count)
        // What a line's origin has written before may decide how it is read, but not that it is.
        let lines = (told + rest.messages).reduce(0) { $0 + $1.count }
        if options.isExact, lines != whole.messages.reduce(0, { $0 + $1.count }) {
            fatalError("\(told) and \(rest.messages) instead of \(whole.messages)")
        }
    }
    guard parts.messages == whole.messages else { fatalError("\(parts.messages) instead of \(whole.messages)") }
    whole.checkOffsets(bytes)
    return 0
}

private struct Choice {
    var codec: CodecOptions
    /// The lines' text is in the messages whatever came before.
    var isExact: Bool
}

private let choices: [Choice] = ["plain", "cri", "docker", "auto", "syslog"].flatMap { format in
    ["auto", "start", "off"].map { rule in
        let start = OptionTable(values: ["start": .string("^\\S"), "max_lines": .integer(5), "max_bytes": .size(1024)])
        let values: [String: OptionValue] = [
            "format": .string(format), "multiline": rule == "start" ? .table(start) : .string(rule),
            "max_line": .size(100),
        ]
        guard let options = try? CodecOptions(OptionTable(values: values)) else {
            fatalError("the options are refused")
        }
        return Choice(codec: options, isExact: format == "plain" && rule != "auto")
    }
}

private struct Reading {
    private var batch = EventBatch()
    private var counts = LineCounts()

    init(
        _ options: Choice, _ bytes: [UInt8], from offset: Int, pieceBytes: Int,
        _ afterPiece: (Int, Int, [[UInt8]]) -> Void = { _, _, _ in }
    ) {
        var reader = LineReader(options: options.codec, isOrdered: true)
        reader.restart(at: UInt64(offset))
        let context = LineContext(
            received: Timestamp(nanoseconds: 1_795_348_800_000_000_000), now: .now,
            origin: self.batch.origin(Origin(source: "a", host: "h")), fields: [])
        var start = offset
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, pieceBytes))
            reader.take(bytes.span.extracting(start..<end), context, into: &self.batch)
            guard reader.heldSourceBytes <= end - offset else { fatalError("more is held than was taken") }
            self.tally(reader.takeCounts())
            afterPiece(end, reader.heldSourceBytes, self.messages)
            start = end
        }
        reader.finish(context, into: &self.batch)
        guard reader.heldSourceBytes == 0, reader.deadline == nil else { fatalError("something is held at the end") }
        self.tally(reader.takeCounts())
        guard self.counts.waiting == 0, self.counts.dropped.isEmpty else { fatalError("\(self.counts) at the end") }
    }

    private mutating func tally(_ counts: LineCounts) {
        self.counts.add(counts)
        guard self.counts.lines == self.batch.count + self.counts.joined + self.counts.waiting else {
            fatalError("\(self.counts) for \(self.batch.count) events")
        }
    }

    var messages: [[UInt8]] { self.batch.records.map { Array(self.batch.bytes[$0.messageRange]) } }

    /// Offsets rise, and each but the last stands behind a line end or at the beginning.
    func checkOffsets(_ bytes: [UInt8]) {
        for index in 0..<self.batch.count {
            guard JSONCheck.isMinifiedObject(self.batch.fields(at: index)) else {
                fatalError(self.batch.fields(at: index))
            }
            guard let offsets = self.offsets(at: index) else { continue }
            for (offset, next) in zip(offsets, offsets.dropFirst()) where offset >= next { fatalError("\(offsets)") }
            for offset in offsets.dropLast() where offset > 0 && bytes[offset - 1] != 0x0a { fatalError("\(offsets)") }
        }
    }

    private func offsets(at index: Int) -> [Int]? {
        var cursor = FieldCursor(self.batch.records[index].fieldsRange)
        while let member = cursor.next(in: self.batch.bytes.span) {
            guard Array(self.batch.bytes[member.key]) == Array("line_offsets".utf8) else { continue }
            let inside = self.batch.bytes[member.value].dropFirst().dropLast()
            return inside.split(separator: UInt8(ascii: ",")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        }
        return nil
    }
}
