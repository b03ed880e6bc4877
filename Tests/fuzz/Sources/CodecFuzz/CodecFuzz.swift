import TailraceCodec
import TailraceEvent
import TailraceOptions

/// The first byte chooses how the rest is cut into pieces as a file or socket would deliver it, and the longest line.
///
/// Every byte must be accounted for, pieces must make no difference to lines, and every line must become a real event
/// in every format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCodec(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first.map({ Int($0) }) else { return 0 }
    let bytes = Array(input.dropFirst())
    let maxLineBytes = choice % 2 == 0 ? 4096 : 64
    let lines = framed(bytes, pieceBytes: bytes.count, maxLineBytes: maxLineBytes)
    guard lines == framed(bytes, pieceBytes: 1 + choice % 31, maxLineBytes: maxLineBytes) else {
        fatalError("pieces of \(1 + choice % 31) bytes are framed differently")
    }
    guard lines.reduce(0, { $0 + $1.info.sourceBytes }) == bytes.count else { fatalError("bytes got lost") }
    for format in Format.allCases where format != .regex {
        checkEvents(lines, CodecOptions(format: format, maxLineBytes: maxLineBytes))
    }
    checkEvents(lines, patternOptions)
    for line in lines { checkReader(line.bytes) }
    return 0
}

/// Groups of every kind: roles, fields, one that need not match.
private let patternOptions: CodecOptions = {
    let pattern = #"^(?<time>\S+ \S+) ?(?<level>\w+)?[: ]+(?<a>\S*)( b=(?<b>.*))?(?<message>.*)"#
    let values: [String: OptionValue] = [
        "format": .string("regex"), "pattern": .string(pattern),
        "time_format": .strings(["%d.%m.%y %H:%M:%S %z", "%b %e %I %p"]),
        "levels": .scalarsByName(["x": .string("warn")]),
    ]
    guard let options = try? CodecOptions(OptionTable(values: values)) else { fatalError("the options are refused") }
    return options
}()

private struct Line: Equatable {
    var bytes: [UInt8]
    var info: LineInfo
}

private func framed(_ bytes: [UInt8], pieceBytes: Int, maxLineBytes: Int) -> [Line] {
    var framer = LineFramer(maxLineBytes: maxLineBytes)
    var lines: [Line] = []
    let take = { (line: Span<UInt8>, info: LineInfo) in lines.append(Line(bytes: line.bytesInArray, info: info)) }
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + pieceBytes)
        framer.feed(bytes.span.extracting(start..<end), take)
        start = end
    }
    framer.finish(take)
    for line in lines where line.bytes.count > maxLineBytes { fatalError("a line of \(line.bytes.count) bytes") }
    return lines
}

/// All lines go through one decoder, which learns from them.
private func checkEvents(_ lines: [Line], _ options: CodecOptions) {
    var decoder = EventDecoder(options: options)
    var batch = EventBatch()
    let origin = batch.origin(Origin(source: "a", host: "h"))
    for line in lines {
        decoder.decode(
            line.bytes.span, info: line.info, received: Timestamp(nanoseconds: 1_795_348_800_000_000_000),
            origin: origin, baseFields: Array("\"file\":\"/x\"".utf8), into: &batch)
    }
    guard batch.count == lines.count else { fatalError("\(lines.count) lines became \(batch.count) events") }
    checkReal(batch)
    checkEncoding(batch)
}

private func checkReal(_ batch: EventBatch) {
    for (index, record) in batch.records.enumerated() {
        guard String(validating: batch.bytes[record.messageRange], as: UTF8.self) != nil,
            String(validating: batch.bytes[record.fieldsRange], as: UTF8.self) != nil,
            JSONCheck.isMinifiedObject(batch.fields(at: index))
        else { fatalError("no event: «\(batch.message(at: index))» \(batch.fields(at: index))") }
    }
}

/// What is sent to readers is read back as the same.
private func checkEncoding(_ batch: EventBatch) {
    var encoder = EventEncoder()
    for (index, record) in batch.records.enumerated() {
        var json: [UInt8] = []
        encoder.append(batch, at: index, seq: 7, to: &json)
        var again = EventBatch()
        guard (try? EventReader.read(json, into: &again)) == 7, again.count == 1,
            again.records[0].time == record.time, again.records[0].level == record.level,
            again.bytes == Array(batch.bytes[Int(record.offset)..<record.fieldsRange.upperBound])
        else { fatalError("not read back: \(String(decoding: json, as: UTF8.self))") }
    }
}

private func checkReader(_ line: [UInt8]) {
    var batch = EventBatch()
    guard (try? EventReader.read(line, into: &batch)) != nil else { return }
    checkReal(batch)
}

extension Span<UInt8> {
    fileprivate var bytesInArray: [UInt8] { self.withUnsafeBufferPointer { Array($0) } }
}
