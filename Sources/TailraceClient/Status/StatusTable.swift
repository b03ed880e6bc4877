package import TailraceEvent

/// A relay's status as tables: the relay, its log, its readers, its inputs.
package struct StatusTable: Sendable {
    private let status: RelayStatus
    /// An earlier look, from which rates are made.
    private let before: RelayStatus?
    private let now: Timestamp

    package init(_ status: RelayStatus, before: RelayStatus?, now: Timestamp) {
        self.status = status
        self.before = before
        self.now = now
    }

    package var text: String {
        (self.relay + [""] + self.inputs).joined(separator: "\n")
    }

    private var relay: [String] {
        let status = self.status
        let log = status.log
        var state = SafeText.text(status.state)
        if let reason = status.reason { state += ": \(SafeText.text(reason))" }
        let limit = log.persistent ? " of \(Amount.bytes(log.max_bytes))" : ", in memory only"
        let size = log.persistent ? log.used_bytes : log.memory_bytes
        let behind = max(0, status.readers.open - status.readers.live)
        return [
            "relay    \(SafeText.text(status.host)), version \(SafeText.text(status.version)), "
                + "up \(Amount.span(seconds: status.uptime_seconds)), \(state)",
            "log      \(SafeText.text(log.position)), \(Amount.bytes(size))\(limit), \(self.horizon), "
                + "\(Amount.bytes(log.waiting_bytes)) waiting",
            "events   \(log.head >= log.oldest ? log.head - log.oldest + 1 : 0) kept\(self.logRate)",
            "readers  \(status.readers.open) open: \(status.readers.live) live, \(behind) behind or held, "
                + "\(status.readers.groups) different views",
        ]
    }

    private var horizon: String {
        guard let oldest = self.status.log.oldest_time.flatMap({ Timestamp(rfc3339: $0) }) else { return "empty" }
        return "reaches back \(Amount.span(seconds: self.seconds(since: oldest)))"
    }

    private var logRate: String {
        guard let before, let span = self.span(before), before.log.epoch == self.status.log.epoch,
            self.status.log.head >= before.log.head
        else { return "" }
        return ", \(Amount.rate(Double(self.status.log.head - before.log.head) / span)) new"
    }

    private var inputs: [String] {
        var table = TextTable(
            ["INPUT", "TYPE", "STATE", "EVENTS", "RATE", "LAG", "LOST", "CUT", "LAST EVENT"], right: [3, 4, 5, 6, 7])
        for input in self.status.inputs {
            table.add([
                input.name, input.type, input.state, String(input.events), self.rate(of: input), self.lag(of: input),
                String(input.lost), String(input.truncated), self.age(of: input),
            ])
        }
        return table.lines
            + self.status.inputs.compactMap { input in
                (input.reason ?? input.last_error.map { "last error: \($0)" }).map {
                    "\(SafeText.text(input.name)): \(SafeText.text($0))"
                }
            }
    }

    private func rate(of input: RelayStatus.Input) -> String {
        guard let before, let span = self.span(before), let then = self.earlier(input, before),
            input.events >= then.events
        else { return "-" }
        return Amount.rate(Double(input.events - then.events) / span)
    }

    /// Bytes, and how long reading them will take as fast as it goes now; where they are not known, for how long it has
    /// been behind.
    private func lag(of input: RelayStatus.Input) -> String {
        guard let bytes = input.lag_bytes else {
            guard let seconds = input.lag_seconds, seconds >= 1 else { return "-" }
            return "for \(Amount.span(seconds: seconds))"
        }
        guard bytes > 0, let before, let span = self.span(before), let then = self.earlier(input, before),
            input.bytes > then.bytes
        else { return Amount.bytes(bytes) }
        let seconds = Double(bytes) / (Double(input.bytes - then.bytes) / span)
        return "\(Amount.bytes(bytes)) ~\(Amount.span(seconds: seconds))"
    }

    private func age(of input: RelayStatus.Input) -> String {
        guard let time = input.last_event.flatMap({ Timestamp(rfc3339: $0) }) else { return "none" }
        return "\(Amount.span(seconds: self.seconds(since: time))) ago"
    }

    private func earlier(_ input: RelayStatus.Input, _ before: RelayStatus) -> RelayStatus.Input? {
        before.inputs.first { $0.name == input.name }
    }

    /// Seconds between the two looks; nil if the relay was started anew between them.
    private func span(_ before: RelayStatus) -> Double? {
        let span = self.status.uptime_seconds - before.uptime_seconds
        return span > 0.01 ? span : nil
    }

    private func seconds(since time: Timestamp) -> Double {
        Double(self.now.nanoseconds - time.nanoseconds) / 1e9
    }
}
