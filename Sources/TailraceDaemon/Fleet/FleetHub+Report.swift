internal import TailraceEvent
internal import TailraceFleet
internal import TailraceWeb

extension FleetHub {
    /// For `/api/v1/status`.
    func describe(into object: inout JSONObject) {
        let status = self.status.snapshot
        object.member("mode", "hub")
        object.member("name", self.settings.fleet)
        object.member("stream", self.settings.plan.name)
        object.member("state", status.isConnected ? "connected" : "disconnected")
        if !status.server.isEmpty { object.member("server", status.server) }
        object.member("sequence", status.place)
        object.member("pending_messages", status.pending)
        object.member("messages", status.messages)
        object.member("missed_messages", status.missed)
        object.member("skipped_numbers", status.skipped)
        object.member("asked", status.asked)
        object.member("gaps_told", status.gapsTold)
        object.member(
            "unreadable",
            object: { counts in
                for (reason, count) in status.unreadable.sorted(by: { $0.key < $1.key }) {
                    counts.member(reason, count)
                }
            })
        let hosts = status.hosts.sorted { $0.key < $1.key }
        object.member("hosts", objects: hosts.map { host in { Self.describe(host.key, host.value, into: &$0) } })
        if status.unlistedHosts > 0 { object.member("unlisted_host_messages", status.unlistedHosts) }
    }

    private static func describe(_ name: String, _ host: HubStatus.Host, into object: inout JSONObject) {
        object.member("host", name)
        object.member("last_seen", host.lastSeen.rfc3339)
        object.member("lag_seconds", host.lag / .seconds(1))
        object.member("clock_skew_seconds", host.skew / .seconds(1))
        object.member("messages", host.messages)
        object.member("events", host.events)
        object.member("repeated_events", host.repeated)
        object.member("missing_events", host.missing)
        object.member("refetched_events", host.refetched)
        object.member("gaps", host.gaps)
        object.member("unreadable_messages", host.unreadable)
    }
}

extension RelayMetrics {
    static func hubOfFleet(_ hub: FleetHub, _ page: inout MetricsPage) {
        let status = hub.status.snapshot
        let hosts = status.hosts.sorted { $0.key < $1.key }
        func family(
            _ name: String, _ kind: MetricsPage.Kind, _ help: String, _ value: (HubStatus.Host) -> Double
        ) {
            page.family("tailrace_fleet_\(name)", kind, help, hosts.map { (["host": $0.key], value($0.value)) })
        }
        page.single(
            "tailrace_fleet_connected", .gauge, "1 while the fleet's stream is read.", status.isConnected ? 1 : 0)
        page.single(
            "tailrace_fleet_pending_messages", .gauge, "Messages of the stream that were not read yet.",
            Double(status.pending))
        page.single(
            "tailrace_fleet_missed_messages_total", .counter, "Messages gone from the stream before they were read.",
            Double(status.missed))
        page.single(
            "tailrace_fleet_asked_total", .counter, "Questions to hosts for what is missing.", Double(status.asked))
        page.single(
            "tailrace_fleet_gaps_told_total", .counter, "Gaps told since a host did not bring what is missing.",
            Double(status.gapsTold))
        page.family(
            "tailrace_fleet_unreadable_messages_total", .counter, "Messages that could not be read.",
            status.unreadable.sorted { $0.key < $1.key }.map { (["reason": $0.key], Double($0.value)) })
        family("host_lag_seconds", .gauge, "From an event to the moment when the stream took it.") {
            $0.lag / .seconds(1)
        }
        family("host_clock_skew_seconds", .gauge, "By how much the stream's clock is ahead of the host's.") {
            $0.skew / .seconds(1)
        }
        family("host_last_seen_timestamp_seconds", .gauge, "When the stream took the host's newest message.") {
            Double($0.lastSeen.nanoseconds) / 1e9
        }
        family("host_events_total", .counter, "Events of the host.") { Double($0.events) }
        family("host_repeated_events_total", .counter, "Events that came again and were left out.") {
            Double($0.repeated)
        }
        family("host_missing_events", .gauge, "Events that were published and did not come.") { Double($0.missing) }
        family("host_refetched_events_total", .counter, "Events that came after they had been missing.") {
            Double($0.refetched)
        }
        family("host_gaps_total", .counter, "Gaps told of the host.") { Double($0.gaps) }
    }
}
