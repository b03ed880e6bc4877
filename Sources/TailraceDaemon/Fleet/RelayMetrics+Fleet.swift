internal import TailraceFleet

extension RelayMetrics {
    static func fleet(_ report: RelayReport, _ page: inout MetricsPage) {
        guard let agent = report.fleet?.agent.currentStatus else { return }
        page.single(
            "tailrace_fleet_up", .gauge, "0 while the stream can't be published to.", agent.state == .connected ? 1 : 0)
        page.single(
            "tailrace_fleet_lag_events", .gauge, "Events of the log that the stream does not have.",
            Double(agent.lagEvents))
        page.single(
            "tailrace_fleet_lag_seconds", .gauge, "Since the oldest of them was read.", agent.lagSeconds)
        page.single(
            "tailrace_fleet_under_way", .gauge, "Messages published and not acknowledged.", Double(agent.underWay))
        page.single("tailrace_fleet_window", .gauge, "How many there may be.", Double(agent.window))
        let counters: [(String, String, UInt64)] = [
            ("published_messages", "Messages handed over, repetitions included.", agent.publishedMessages),
            ("published_events", "Events in them.", agent.publishedEvents),
            ("published_bytes", "Their compressed bytes.", agent.publishedBytes),
            ("acknowledged_messages", "Messages that the stream has.", agent.acknowledged),
            ("duplicate_messages", "Of these, those that it had already.", agent.duplicates),
            ("republished_messages", "Messages handed over once more.", agent.republished),
            ("failed_messages", "Messages that were refused or not acknowledged in time.", agent.failures),
            ("connects", "Connections made.", agent.connects),
            ("connect_failures", "Attempts that failed.", agent.attemptsFailed),
            ("gaps", "Gaps published.", agent.gapEvents),
            ("resend_requests", "Questions of hubs for events that did not come.", agent.resendRequests),
            ("resend_refused", "Of these, those not taken up.", agent.resendRefused),
            ("resent_events", "Events published again for hubs.", agent.resentEvents),
        ]
        for (name, help, value) in counters {
            page.single("tailrace_fleet_\(name)_total", .counter, help, Double(value))
        }
    }
}
