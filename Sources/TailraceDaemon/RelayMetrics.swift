internal import Synchronization
internal import TailraceCodec
internal import TailraceEvent
internal import TailraceHub
internal import TailraceInput
internal import TailraceLog
internal import TailraceRouter
internal import TailraceWeb

/// `/metrics` in the Prometheus text format, version 0.0.4.
enum RelayMetrics {
    static func text(_ report: RelayReport) -> [UInt8] {
        var page = MetricsPage()
        Self.inputs(report, &page)
        // From the log backwards: of what moves on meanwhile no stage shows less than the one behind it.
        Self.log(report, &page)
        let parts = report.parts.value
        Self.router(parts.routerStatus, &page)
        Self.flow(report, &page)
        Self.redaction(parts.redaction, &page)
        Self.hub(report.hub.statistics, &page)
        Self.matching(report.hub.statistics, &page)
        Self.history(parts.history.statistics, report.hub.turns, &page)
        Self.consumers(report.hub.consumers, &page)
        let marks = report.marks.counts
        page.single("tailrace_marks_total", .counter, "Notes put into the log.", Double(marks.taken))
        page.single("tailrace_marks_refused_total", .counter, "Notes that were not taken.", Double(marks.refused))
        Self.panels(report.hub.panels.statistics, &page)
        if let server = report.server.withLock({ $0 }) { Self.web(server.counters, &page) }
        Self.sessions(report.sessions, &page)
        Self.reloads(report.reloads, &page)
        Self.access(report, &page)
        Self.fleet(report, &page)
        if let hub = report.hubOfFleet { Self.hubOfFleet(hub, &page) }
        return page.text
    }

    private static func inputs(_ report: RelayReport, _ page: inout MetricsPage) {
        let inputs = report.inputs.current.map { (["input": $0.name, "type": $0.kind.kind], $0.status.snapshot) }
        page.family("tailrace_input_events_total", .counter, "Events read.", inputs.map { ($0, Double($1.events)) })
        page.family("tailrace_input_bytes_total", .counter, "Bytes read.", inputs.map { ($0, Double($1.bytes)) })
        page.family(
            "tailrace_input_lost_total", .counter, "Events the source lost, told in gap events.",
            inputs.map { ($0, Double($1.lost)) })
        page.family(
            "tailrace_input_truncated_total", .counter, "Lines cut at max_line.",
            inputs.map { ($0, Double($1.truncated)) })
        page.family(
            "tailrace_input_cut_groups_total", .counter, "Events of several lines cut at a limit of multiline.",
            inputs.map { ($0, Double($1.cutGroups)) })
        page.family(
            "tailrace_input_inflate_limits_total", .counter,
            "Compressed files of which max_inflated or max_inflate_ratio left a part unread.",
            inputs.filter { $0.0["type"] == "file" }.map { ($0, Double($1.inflateLimits)) })
        page.family(
            "tailrace_input_lag_bytes", .gauge, "Bytes in the source not read yet.",
            inputs.compactMap { labels, status in status.lagBytes.map { (labels, Double($0)) } })
        page.family(
            "tailrace_input_lag_seconds", .gauge, "For how long the input has been behind its source.",
            inputs.map { ($0, $1.lagSeconds()) })
        Self.lines(inputs, &page)
        page.family(
            "tailrace_input_up", .gauge, "1 while the input reads or waits for its source.",
            inputs.map { ($0, $1.state == .reading || $1.state == .waiting ? 1 : 0) })
    }

    /// What became of lines: they and what the input tells are the events, the joined, the waiting and the dropped.
    private static func lines(_ inputs: [([String: String], InputStatus.Snapshot)], _ page: inout MetricsPage) {
        page.family(
            "tailrace_input_lines_total", .counter, "Lines, messages or entries read.",
            inputs.map { ($0, Double($1.lines.lines)) })
        page.family(
            "tailrace_input_told_total", .counter, "Events of the input's own, such as gaps.",
            inputs.map { ($0, Double($1.lines.told)) })
        page.family(
            "tailrace_input_joined_lines_total", .counter, "Lines that are in the event of an earlier one.",
            inputs.map { ($0, Double($1.lines.joined)) })
        page.family(
            "tailrace_input_waiting_events", .gauge, "Events that wait for further lines.",
            inputs.map { ($0, Double($1.lines.waiting)) })
        page.family(
            "tailrace_input_dropped_lines_total", .counter, "Lines that became no event, by reason.",
            inputs.flatMap { labels, status in
                LineLoss.allCases.map { reason in
                    (labels.merging(["reason": reason.rawValue]) { $1 }, Double(status.lines.dropped[reason] ?? 0))
                }
            })
    }

    private static func redaction(_ redaction: Redaction, _ page: inout MetricsPage) {
        let rules = redaction.statistics.map { (["rule": $0.name], $0) }
        page.family(
            "tailrace_redacted_events_total", .counter, "Events in which a rule replaced something.",
            rules.map { ($0, Double($1.events)) })
        page.family(
            "tailrace_redactions_total", .counter, "Replacements by a rule.",
            rules.map { ($0, Double($1.replacements)) })
        guard !redaction.isEmpty else { return }
        page.single(
            "tailrace_redaction_cut_ends_total", .counter, "Ends of cut lines left out, where a secret may begin.",
            Double(redaction.cutEnds))
        page.single(
            "tailrace_redaction_decoding_limits_total", .counter, "Texts not decoded to their last layer.",
            Double(redaction.decodingLimits))
    }

    private static func router(_ status: RouterStatus, _ page: inout MetricsPage) {
        let totals = status.totals
        page.single(
            "tailrace_router_events_total", .counter, "Events that came from inputs: stored and dropped.",
            Double(totals.taken))
        page.single(
            "tailrace_router_stored_total", .counter, "Events handed on to the log.", Double(totals.stored.total))
        page.single(
            "tailrace_router_dropped_total", .counter, "Events not stored, by routes with drop.",
            Double(totals.dropped))
        page.single(
            "tailrace_router_gap_events_total", .counter, "Events in which streams told what they left out.",
            Double(totals.accounts))
        let drops = status.drops.map { (["route": $0.name], $0.snapshot) }
        page.family(
            "tailrace_dropped_events_total", .counter, "Events not stored, by route.",
            drops.map { ($0, Double($1.seen.total)) })
        page.family(
            "tailrace_dropped_bytes_total", .counter, "Bytes of messages and fields not stored, by route.",
            drops.map { ($0, Double($1.droppedBytes)) })
        Self.streams(status.streams.map { (["stream": $0.name], $0.snapshot) }, &page)
    }

    private static func streams(
        _ streams: [([String: String], RouteStatistics)], _ page: inout MetricsPage
    ) {
        page.family(
            "tailrace_stream_seen_total", .counter, "Events the route took: kept and left out.",
            streams.map { ($0, Double($1.seen.total)) })
        page.family(
            "tailrace_stream_kept_total", .counter, "Events put into the stream.",
            streams.map { ($0, Double($1.kept.total)) })
        page.family(
            "tailrace_stream_left_out_total", .counter, "Events left out of the stream; all has them.",
            streams.flatMap { labels, numbers in
                [("sampled", numbers.sampled), ("rate_limit", numbers.limited)].map { reason, count in
                    (labels.merging(["reason": reason]) { _, new in new }, Double(count))
                }
            })
        page.family(
            "tailrace_stream_gap_events_total", .counter, "Events in which the stream told what it left out.",
            streams.map { ($0, Double($1.accounts)) })
    }

    private static func log(_ report: RelayReport, _ page: inout MetricsPage) {
        let log = report.log
        page.single("tailrace_log_head", .counter, "Number of the newest event.", Double(log.head))
        page.single("tailrace_log_oldest", .gauge, "Number of the oldest event kept.", Double(log.oldest))
        page.single("tailrace_log_durable", .counter, "Newest event synced to disk.", Double(log.durable))
        page.single("tailrace_log_used_bytes", .gauge, "Size of the log on disk.", Double(log.usedBytes))
        page.single("tailrace_log_memory_bytes", .gauge, "Recent events kept in memory.", Double(log.memoryWeight))
        page.single(
            "tailrace_log_waiting_bytes", .gauge, "Read and not yet committed.", Double(report.queue.pendingBytes))
        page.single("tailrace_log_commits_total", .counter, "Transactions.", Double(report.pipeline.commitCount))
        page.single(
            "tailrace_log_up", .gauge, "0 while the log can't be written.",
            report.pipeline.currentTrouble == nil ? 1 : 0)
    }

    private static func hub(_ hub: HubStatistics, _ page: inout MetricsPage) {
        page.single("tailrace_readers", .gauge, "Open readers.", Double(hub.readersOpen.value))
        page.single("tailrace_readers_live", .gauge, "Readers at the live edge.", Double(hub.readersLive.value))
        page.single("tailrace_groups", .gauge, "Distinct lenses open.", Double(hub.groups.value))
        page.single(
            "tailrace_frames_total", .counter, "Frames made, once per batch and group.", Double(hub.framesMade.value))
        page.single(
            "tailrace_frames_written_total", .counter, "Frames written to readers.", Double(hub.framesWritten.value))
        page.single(
            "tailrace_compressions_total", .counter, "Messages compressed for groups.", Double(hub.compressions.value))
        page.single(
            "tailrace_compression_resets_total", .counter, "Times a shared stream began anew.",
            Double(hub.sharedResets.value))
        page.single(
            "tailrace_compression_in_bytes_total", .counter, "Bytes before compression.",
            Double(hub.bytesBeforeCompression.value))
        page.single(
            "tailrace_compression_out_bytes_total", .counter, "Bytes after compression.",
            Double(hub.bytesAfterCompression.value))
        page.single("tailrace_events_framed_total", .counter, "Events put in frames.", Double(hub.eventsMatched.value))
        page.single(
            "tailrace_events_delivered_total", .counter, "Events written to readers at the edge.",
            Double(hub.eventsDelivered.value))
        page.single(
            "tailrace_backfill_events_total", .counter, "Events written to readers on their way to the edge.",
            Double(hub.backfillEvents.value))
        page.single(
            "tailrace_readers_behind_total", .counter, "Times a reader fell behind.", Double(hub.fellBehind.value))
        page.family(
            "tailrace_gaps_total", .counter, "Gap messages sent, by reason.",
            ["evicted", "slow", "sampled", "paused", "source"].map { (["reason": $0], Double(hub.gapsSent[$0] ?? 0)) })
        page.histogram(
            "tailrace_delivery_seconds",
            "From the commit of a frame's oldest event to its writing to the readers of one event loop.",
            bounds: LatencyHistogram.bounds, hub.delivery.snapshot)
    }

    private static func matching(_ hub: HubStatistics, _ page: inout MetricsPage) {
        page.single(
            "tailrace_match_seconds_total", .counter, "Time spent matching for readers at the edge.",
            Double(hub.matchNanoseconds.value) / 1e9)
        page.single(
            "tailrace_match_lenses", .gauge, "Lenses matched together.", Double(hub.lensesTogether.value))
        page.single(
            "tailrace_match_lenses_alone", .gauge, "Lenses over the limit, each matched by itself.",
            Double(hub.lensesAlone.value))
        page.single("tailrace_match_clauses", .gauge, "Different clauses of all lenses.", Double(hub.clauses.value))
        page.single(
            "tailrace_match_patterns", .gauge, "Texts and regexes in combined scans.", Double(hub.scanPatterns.value))
        page.single(
            "tailrace_match_patterns_left_out", .gauge, "Texts and regexes over a limit of the scans.",
            Double(hub.scanPatternsLeftOut.value))
        page.single(
            "tailrace_match_scan_bytes", .gauge, "Size of the compiled scans.", Double(hub.scanBytes.value))
        page.single(
            "tailrace_match_compiles_total", .counter, "Times the scans were compiled.",
            Double(hub.scansCompiled.value))
        page.single(
            "tailrace_match_compile_seconds_total", .counter, "Processor time that compiling took.",
            Double(hub.scanCompileMicroseconds.value) / 1e6)
    }

    private static func history(
        _ history: HistoryStatistics, _ turns: SearchTurns, _ page: inout MetricsPage
    ) {
        page.single("tailrace_history_open", .gauge, "Searches of the past that are open.", Double(history.open.value))
        page.single("tailrace_history_total", .counter, "Searches begun.", Double(history.asked.value))
        page.single(
            "tailrace_history_refused_total", .counter, "Searches refused at max_open.", Double(history.refused.value))
        page.single(
            "tailrace_history_refused_each_total", .counter, "Searches refused at max_open_each.",
            Double(turns.refused.value))
        page.single(
            "tailrace_history_waiting", .gauge, "Searches whose turn has not come.", Double(turns.waiting))
        page.single(
            "tailrace_history_cut_total", .counter, "Searches ended by max_time or max_searched.",
            Double(history.cut.value))
        page.single(
            "tailrace_history_cancelled_total", .counter, "Searches whose client left.",
            Double(history.cancelled.value))
        page.single("tailrace_history_steps_total", .counter, "Pieces of work.", Double(history.steps.value))
        page.single(
            "tailrace_history_searched_total", .counter, "Events read and matched.",
            Double(history.eventsSearched.value))
        page.single(
            "tailrace_history_passed_by_total", .counter, "Events passed by with their block.",
            Double(history.eventsPassedBy.value))
        page.single(
            "tailrace_history_matched_total", .counter, "Events found.", Double(history.eventsMatched.value))
    }

    private static func sessions(_ sessions: HTTPSessions, _ page: inout MetricsPage) {
        page.single(
            "tailrace_http_sessions", .gauge, "Viewers over plain requests, without a WebSocket.",
            Double(sessions.count))
        page.single("tailrace_http_sessions_total", .counter, "Sessions opened.", Double(sessions.opened.read()))
        page.single(
            "tailrace_http_sessions_refused_total", .counter, "Sessions refused at the limit.",
            Double(sessions.refused.read()))
    }

    private static func web(_ web: WebCounters, _ page: inout MetricsPage) {
        page.single("tailrace_http_connections", .gauge, "Open connections.", Double(web.connectionsOpen.read()))
        page.single(
            "tailrace_http_connections_total", .counter, "Connections accepted.", Double(web.connectionsAccepted.read())
        )
        page.single(
            "tailrace_http_connections_refused_total", .counter, "Connections refused at the limit.",
            Double(web.connectionsRefused.read()))
        page.single("tailrace_http_requests_total", .counter, "Requests.", Double(web.requests.read()))
        page.single(
            "tailrace_http_requests_refused_total", .counter, "Requests refused.", Double(web.requestsRefused.read()))
        page.single(
            "tailrace_address_streams_refused_total", .counter, "Streams beyond max_streams_per_address.",
            Double(web.streamsRefused.read()))
        page.single(
            "tailrace_http_requests_timed_out_total", .counter, "Requests that did not arrive in time.",
            Double(web.requestsTimedOut.read()))
        page.single("tailrace_websockets", .gauge, "Open WebSockets.", Double(web.webSocketsOpen.read()))
        page.single("tailrace_websockets_total", .counter, "WebSockets opened.", Double(web.webSocketsOpened.read()))
        page.single(
            "tailrace_websockets_failed_total", .counter, "WebSockets closed for a protocol error.",
            Double(web.webSocketsFailed.read()))
        page.single(
            "tailrace_half_open_closed_total", .counter, "Peers gone without a word.", Double(web.halfOpenClosed.read())
        )
        page.single(
            "tailrace_stalled_closed_total", .counter, "Peers that took nothing for too long.",
            Double(web.stalledClosed.read()))
    }
}
