internal import TailraceHub

extension RelayMetrics {
    static func panels(_ panels: PanelStatistics, _ page: inout MetricsPage) {
        page.single("tailrace_panel_viewers", .gauge, "Readers that look at panels.", Double(panels.viewers.value))
        page.single(
            "tailrace_panels_watched", .gauge, "Different panels that viewers asked for.",
            Double(panels.watched.value))
        page.single(
            "tailrace_panel_watches_refused_total", .counter, "Requests to watch panels that were refused.",
            Double(panels.refused.value))
        page.single(
            "tailrace_panel_events_total", .counter, "Events read for all panels together.",
            Double(panels.events.value))
        page.single(
            "tailrace_panel_messages_total", .counter, "Panel messages made, once for all viewers.",
            Double(panels.computed.value))
        page.single(
            "tailrace_panel_messages_written_total", .counter, "Panel messages written to viewers.",
            Double(panels.written.value))
        page.single(
            "tailrace_panel_messages_skipped_total", .counter, "Panel messages a slow viewer was spared.",
            Double(panels.skipped.value))
        page.single(
            "tailrace_panel_seconds_total", .counter, "Time spent on panels.", Double(panels.nanoseconds.value) / 1e9)
    }
}
