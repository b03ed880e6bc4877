import TailraceDeflate

/// The bytes are a message that a peer says it has compressed, a message to send, and what a handshake offers.
///
/// Memory must stay within the limit, messages after a reset must not know of those before it, and what the relay
/// compresses must inflate to the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInflate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let limit = count % 2 == 0 ? 16 << 10 : 100
    var inflater = Inflater(windowBits: 15)
    let first = inflated(input, limit: limit, &inflater)
    inflater.reset()
    guard inflated(input, limit: limit, &inflater) == first else { fatalError("a reset left something behind") }
    inflater.reset()
    checkRoundTrip(input, &inflater)
    checkOffers(String(decoding: input, as: UTF8.self))
    return 0
}

private enum Outcome: Equatable {
    case message([UInt8])
    case failed(InflateError)
}

private func inflated(_ payload: [UInt8], limit: Int, _ inflater: inout Inflater) -> Outcome {
    var output: [UInt8] = []
    do throws(InflateError) {
        try inflater.decompress(payload.span, limit: limit, into: &output)
        guard output.count <= limit else { fatalError("\(output.count) bytes passed a limit of \(limit)") }
        return .message(output)
    } catch {
        // One byte more tells "full" from "too large".
        guard output.count <= limit + 1 else { fatalError("\(output.count) bytes were kept at a limit of \(limit)") }
        return .failed(error)
    }
}

/// Twice, the second time with the first in the window.
private func checkRoundTrip(_ message: [UInt8], _ inflater: inout Inflater) {
    var deflater = Deflater(level: 1 + message.count % 9, windowBits: 9 + message.count % 7, memoryLevel: 4)
    for _ in 0..<2 {
        var payload: [UInt8] = []
        deflater.compress(message.span, into: &payload)
        guard inflated(payload, limit: message.count, &inflater) == .message(message) else {
            fatalError("\(message) came back as something else")
        }
    }
}

private func checkOffers(_ header: String) {
    guard let agreement = DeflateAgreement.negotiate(offers: header) else { return }
    guard let again = DeflateAgreement.negotiate(offers: agreement.responseHeader),
        again.responseHeader == agreement.responseHeader
    else { fatalError("\(header) was answered with \(agreement.responseHeader), which is no offer") }
}
