import TailraceEvent

/// Lines with a syslog header.
extension EventDecoder {
    /// `format = "syslog"`: a PRI or a header is taken off even where `auto` would doubt it.
    ///
    /// False, with nothing appended, if there is neither.
    mutating func decodeSyslog(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        if let priority = SyslogPriority(line) {
            if self.decodePrioritySyslog(line, place, into: &batch) { return true }
            let header = SyslogHeader(messageStart: priority.end)
            self.append(line, header, priority: priority, place, into: &batch)
            return true
        }
        if self.decodeDevice(line, at: 0, priority: nil, place, into: &batch) { return true }
        guard let match = self.heads.times.time(in: line, at: 0, received: place.received),
            var header = SyslogHeader(afterTime: line, at: match.end)
        else { return false }
        header.nanoseconds = match.nanoseconds
        self.append(line, header, priority: nil, place, into: &batch)
        return true
    }

    /// A line that begins with a PRI and goes on with a header; false if it does not.
    mutating func decodePrioritySyslog(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard let priority = SyslogPriority(line) else { return false }
        if let header = SyslogHeader(
            rfc5424: line, at: priority.end, times: &self.heads.times, received: place.received)
        {
            self.append(line, header, priority: priority, place, into: &batch)
            return true
        }
        if self.decodeDevice(line, at: priority.end, priority: priority, place, into: &batch) { return true }
        let start = line.end(of: { $0 == 0x20 }, from: priority.end, limit: priority.end + 2)
        guard let match = self.heads.times.time(in: line, at: start, received: place.received) else { return false }
        // With a PRI and a time it is syslog, even if no tag follows (RFC 3164 §4.3).
        var header = SyslogHeader(afterPriorityAndTime: line, at: match.end)
        header.nanoseconds = match.nanoseconds
        self.append(line, header, priority: priority, place, into: &batch)
        return true
    }

    /// A header as network devices write it; false if there is none.
    private mutating func decodeDevice(
        _ line: Span<UInt8>, at start: Int, priority: SyslogPriority?, _ place: Place, into batch: inout EventBatch
    ) -> Bool {
        guard let device = DeviceHeader(line, at: start, times: &self.heads.times, received: place.received) else {
            return false
        }
        device.writeFields(line, to: &self.fields)
        self.append(
            line, device.header, priority: priority, severity: device.severity, place, into: &batch)
        return true
    }

    mutating func append(
        _ line: Span<UInt8>, _ header: SyslogHeader, priority: SyslogPriority?, severity: Int? = nil, _ place: Place,
        into batch: inout EventBatch
    ) {
        var place = place
        if self.takesHostFromHeader, !header.host.isEmpty {
            place.origin = batch.origin(like: place.origin, host: line, header.host)
        } else if !line.isText(header.host, batch.origins[Int(place.origin)].host) {
            self.fields.member("host", line, header.host)
        }
        self.fields.member("identifier", line, header.identifier)
        self.fields.processID(line, header.processID)
        self.fields.member("msgid", line, header.messageID)
        if let priority {
            self.fields.key("facility")
            self.fields.string(priority.facility)
        }
        StructuredData.write(line, header.structuredData, to: &self.fields)
        self.nature.hasHead = true
        self.nature.writer.append(line.extracting(header.host))
        self.nature.writer.append(0)
        self.nature.writer.append(line.extracting(header.identifier))
        self.nature.writer.append(0)
        self.nature.writer.append(line.extracting(header.processID))
        let message = line.extracting(header.messageStart..<line.count)
        var head = LineHead(
            time: header.nanoseconds, level: priority?.level ?? severity.flatMap { Level(syslogSeverity: $0) })
        if head.level == nil {
            // Many programs put a level behind their tag: `sshd[24200]: error: …`.
            let known = LineHead(time: header.nanoseconds ?? place.received.nanoseconds)
            head.level = self.heads.read(message, from: 0, known: known, received: place.received).level
        }
        self.append(message, head, place, into: &batch)
    }
}

extension SyslogHeader {
    /// No header beyond a PRI.
    init(messageStart: Int) { self.messageStart = messageStart }
}

extension EventBatch {
    /// The number of this origin's source on the host that a line names.
    fileprivate mutating func origin(like origin: UInt16, host line: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        let source = self.origins[Int(origin)].source
        // From the end: most lines come from who sent the last ones.
        for index in self.origins.indices.reversed()
        where line.isText(range, self.origins[index].host) && self.origins[index].source == source {
            return UInt16(index)
        }
        let name = line.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return self.origin(Origin(source: source, host: name))
    }
}

extension Span<UInt8> {
    func isText(_ range: Range<Int>, _ text: String) -> Bool {
        var text = text
        guard range.count == text.utf8.count else { return false }
        return text.withUTF8 { letters in
            for offset in 0..<range.count where self[range.lowerBound + offset] != letters[offset] { return false }
            return true
        }
    }
}
