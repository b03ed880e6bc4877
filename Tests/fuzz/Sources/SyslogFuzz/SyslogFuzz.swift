import TailraceCodec
import TailraceEvent

/// The first byte chooses how the rest is cut into pieces as a connection would deliver it, and the longest message.
///
/// Pieces must make no difference, a message must never be longer than allowed, and every message must become a real
/// event, whatever its header claims.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSyslog(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first.map({ Int($0) }) else { return 0 }
    let bytes = Array(input.dropFirst())
    let max = choice % 2 == 0 ? 4096 : 64
    let whole = framed(bytes, pieceBytes: bytes.count, max: max)
    let pieces = framed(bytes, pieceBytes: 1 + choice % 31, max: max)
    checkAlike(whole, pieces)
    let datagram = SyslogMessage.trimmed(bytes.span, max: max)
    guard datagram.end <= max, datagram.lost >= 0, datagram.end + datagram.lost <= bytes.count else {
        fatalError("a datagram of \(bytes.count) bytes became \(datagram)")
    }
    for format in [Format.syslog, .auto] {
        for takesHost in [false, true] {
            checkEvents(
                whole.messages + [Array(bytes[..<datagram.end])], format: format, takesHost: takesHost)
        }
    }
    return 0
}

private struct Framed: Equatable {
    var messages: [[UInt8]] = []
    var truncated: [Int] = []
    var problem: String?
}

private func framed(_ bytes: [UInt8], pieceBytes: Int, max: Int) -> Framed {
    var framer = SyslogFramer(maxFrameBytes: max)
    var result = Framed()
    let take = { (message: Span<UInt8>, info: LineInfo) in
        guard message.count <= max, info.truncatedBytes >= 0, info.sourceBytes >= message.count else {
            fatalError("a message of \(message.count) bytes: \(info)")
        }
        result.messages.append(message.withUnsafeBufferPointer { Array($0) })
        result.truncated.append(info.truncatedBytes)
    }
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + pieceBytes)
        if let problem = framer.feed(bytes.span.extracting(start..<end), take) {
            result.problem = problem
            return result
        }
        start = end
    }
    framer.finish(take)
    return result
}

/// Where the messages can't be told apart, what is left is handed over up to the end of the piece.
private func checkAlike(_ whole: Framed, _ pieces: Framed) {
    guard whole.problem != nil else {
        if whole != pieces { fatalError("pieces are framed differently: \(whole) \(pieces)") }
        return
    }
    guard whole.problem == pieces.problem, whole.messages.count == pieces.messages.count,
        whole.messages.dropLast() == pieces.messages.dropLast(),
        whole.messages.last?.starts(with: pieces.messages.last ?? []) == true
    else { fatalError("pieces end differently: \(whole) \(pieces)") }
}

/// All go through one decoder, which learns from them.
private func checkEvents(_ messages: [[UInt8]], format: Format, takesHost: Bool) {
    var decoder = EventDecoder(options: CodecOptions(format: format))
    decoder.takesHostFromHeader = takesHost
    var batch = EventBatch()
    let origin = batch.origin(Origin(source: "a", host: "h"))
    for message in messages {
        decoder.decode(
            message.span, info: LineInfo(sourceBytes: message.count),
            received: Timestamp(nanoseconds: 1_795_348_800_000_000_000), origin: origin,
            baseFields: Array("\"peer\":\"192.0.2.1\"".utf8), into: &batch)
    }
    guard batch.count == messages.count else { fatalError("\(messages.count) messages became \(batch.count) events") }
    for (index, record) in batch.records.enumerated() {
        guard String(validating: batch.bytes[record.messageRange], as: UTF8.self) != nil,
            JSONCheck.isMinifiedObject(batch.fields(at: index)),
            batch.fields(at: index).hasPrefix("{\"peer\":\"192.0.2.1\""),
            batch.origins[Int(record.origin)].source == "a", takesHost || record.origin == origin
        else { fatalError("no event: «\(batch.message(at: index))» \(batch.fields(at: index))") }
    }
}
