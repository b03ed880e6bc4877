internal import TailraceCodec
internal import TailraceEvent
package import TailraceFilter

/// Evaluates a filter here, over events that came as JSON: what the relay's own evaluation says as well.
package struct EventMatcher: ~Copyable {
    private var matcher: Matcher
    private var scanner = JSONScanner()

    package init(_ filter: Filter) { self.matcher = Matcher(filter, context: MatchContext(streamNumbers: [:])) }

    package mutating func matches(_ event: EventLine) -> Bool {
        guard let batch = self.batch(event) else { return false }
        return self.matcher.matches(batch, at: 0, seq: event.seq)
    }

    /// Nil if the fields are not as a relay writes them, which matching relies on.
    private mutating func batch(_ event: EventLine) -> EventBatch? {
        guard let time = event.time else { return nil }
        var fields: [UInt8] = []
        if let value = event.members.value("fields"), value.kind == .object {
            let text = event.line.span.extracting(value.range)
            guard self.scanner.scan(text), self.scanner.isMinified else { return nil }
            fields = Array(event.line[value.range].dropFirst().dropLast())
        }
        let received = event.members.string("received").flatMap { Timestamp(rfc3339: $0) } ?? time
        let message = Array(String(decoding: event.message, as: UTF8.self).utf8)
        var batch = EventBatch()
        batch.append(
            time: time, received: received, level: event.level,
            origin: batch.origin(Origin(source: event.source, host: event.host)), message: message.span,
            fields: fields.span)
        return batch
    }
}
