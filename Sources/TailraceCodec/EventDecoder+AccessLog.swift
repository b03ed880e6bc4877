import TailraceEvent

/// Lines of access logs.
extension EventDecoder {
    /// False, with nothing appended, if the line is none of an access log.
    mutating func decodeAccessLog(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard let parts = AccessLogScanner(line, times: &self.heads.times) else { return false }
        self.nature.isWhole = true
        self.fields.member("vhost", line, parts.host)
        self.fields.member("client", line, parts.client)
        self.optional("ident", line, parts.ident)
        self.optional("user", line, parts.user)
        if let request = parts.requestParts(line) {
            self.fields.member("method", line, request.method)
            self.fields.member("path", line, request.path)
            self.fields.member("protocol", line, request.version)
        } else {
            self.optional("request", line, parts.request)
        }
        self.fields.key("status")
        self.fields.scalar(line, parts.status)
        if !parts.bytes.isEmpty {
            self.fields.key("bytes")
            self.fields.scalar(line, parts.bytes)
        }
        if let referer = parts.referer { self.optional("referer", line, referer) }
        if let agent = parts.agent { self.optional("agent", line, agent) }
        let head = LineHead(
            time: parts.nanoseconds, level: self.options.readsLevelFromStatus ? Self.level(line, parts.status) : nil)
        self.append(line, head, place, into: &batch)
        return true
    }

    /// `-` stands for nothing.
    private mutating func optional(_ name: StaticString, _ line: Span<UInt8>, _ range: Range<Int>) {
        if !line.equalsExactly("-", at: range) { self.fields.member(name, line, range) }
    }

    private static func level(_ line: Span<UInt8>, _ status: Range<Int>) -> Level {
        switch line[status.lowerBound] {
        case UInt8(ascii: "5"): .error
        case UInt8(ascii: "4"): .warn
        default: .info
        }
    }
}
