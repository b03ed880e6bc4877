import TailraceEvent
import TailraceRouter

/// The first line are an event's fields, the rest is its message.
///
/// Any bytes must be taken. From a real event a real event must come, and the same in a batch, where events without any
/// sign of a secret are passed over. Redacted again and again it must settle: what stands in place of a secret is none,
/// though a text that became shorter may read as something else once. The length chooses whether secrets become
/// pseudonyms.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRedactor(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.count
    let event = Event(message: Array(input.dropFirst(end + 1)), fields: Array(input[..<end]))
    let redactor = count % 2 == 0 ? hiding : hashing
    let once = redacted(event, redactor)
    guard event.isReal else { return 0 }
    guard once.isReal else { fatalError("\(event) became \(once)") }
    checkSettles(once, redactor)
    let batched = redactedInBatch(event, redactor)
    guard batched == once else { fatalError("\(event) became \(once), and in a batch \(batched)") }
    return 0
}

private func checkSettles(_ event: Event, _ redactor: Redactor) {
    var versions = [event]
    while versions.count <= 4 {
        let next = redacted(versions[versions.count - 1], redactor)
        if next == versions[versions.count - 1] { return }
        versions.append(next)
    }
    fatalError("redacted again and again: \(versions)")
}

// Sound: the fuzzer calls from one thread.
nonisolated(unsafe) private let hiding = makeRedactor { .text("[\($0.rawValue)]") }
nonisolated(unsafe) private let hashing = makeRedactor {
    .pseudonym(label: $0.rawValue, key: Array("a key for the fuzzer".utf8))
}

private func makeRedactor(_ replacement: (BuiltinSecret) -> RedactionRule.Replacement) -> Redactor {
    do {
        return Redactor(
            Redaction(
                try BuiltinSecret.allCases.map { secret in
                    try RedactionRule(
                        name: secret.rawValue, secret: .builtin(secret), replacement: replacement(secret))
                }))
    } catch { fatalError("\(error)") }
}

private struct Event: Equatable, CustomStringConvertible {
    var message: [UInt8]
    var fields: [UInt8]

    /// What an `EventBatch` may hold.
    var isReal: Bool {
        String(validating: self.message, as: UTF8.self) != nil && String(validating: self.fields, as: UTF8.self) != nil
            && JSONCheck.isMinifiedObject("{\(String(decoding: self.fields, as: UTF8.self))}")
    }

    var description: String {
        // Quoted, since NUL would end what is printed.
        [self.message, self.fields].map { String(decoding: $0, as: UTF8.self).debugDescription }.joined(separator: " ")
    }
}

private func redacted(_ event: Event, _ redactor: Redactor) -> Event {
    let result = redactor.redacted(message: event.message, fields: event.fields)
    return Event(message: result.message, fields: result.fields)
}

/// Between two others, so that what belongs to which of them shows.
private func redactedInBatch(_ event: Event, _ redactor: Redactor) -> Event {
    var batch = EventBatch()
    let origin = batch.origin(Origin(source: "a", host: "h"))
    let neighbour = Event(message: Array("nothing".utf8), fields: Array("\"a\":1".utf8))
    for event in [neighbour, event, neighbour] {
        batch.append(
            time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 1), level: nil, origin: origin,
            message: event.message.span, fields: event.fields.span)
    }
    redactor.redact(&batch)
    let events = batch.records.map {
        Event(message: Array(batch.bytes[$0.messageRange]), fields: Array(batch.bytes[$0.fieldsRange]))
    }
    guard events[0] == neighbour, events[2] == neighbour else { fatalError("beside \(event): \(events)") }
    return events[1]
}
