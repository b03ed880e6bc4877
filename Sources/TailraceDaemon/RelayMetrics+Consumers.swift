internal import TailraceEvent
internal import TailraceHub

extension RelayMetrics {
    static func consumers(_ consumers: Consumers, _ page: inout MetricsPage) {
        let views = consumers.views().map { (["consumer": $0.name], $0) }
        page.single("tailrace_consumers", .gauge, "Consumers whose position is kept.", Double(views.count))
        page.single(
            "tailrace_consumers_max", .gauge, "Consumers that there may be.", Double(consumers.limits.maxCount))
        page.family(
            "tailrace_consumer_lag_events", .gauge, "Events of the log behind the consumer's position.",
            views.map { ($0, Double($1.lagEvents)) })
        page.family(
            "tailrace_consumer_lag_seconds", .gauge, "Since the oldest uncommitted event came.",
            views.compactMap { labels, view in view.lagSeconds.map { (labels, $0) } })
        page.family(
            "tailrace_consumer_connected", .gauge, "Readers connected under the consumer's name.",
            views.map { ($0, Double($1.connections)) })
        page.family(
            "tailrace_consumer_last_seen_timestamp_seconds", .gauge, "When the consumer was last used.",
            views.map { ($0, Self.seconds($1.seen.nanoseconds)) })
        page.family(
            "tailrace_consumer_last_commit_timestamp_seconds", .gauge, "When the consumer last committed.",
            views.compactMap { labels, view in view.committed.map { (labels, Self.seconds($0.nanoseconds)) } })
        page.family(
            "tailrace_consumer_evicted_events_total", .counter,
            "Events that retention took before the consumer had committed them.",
            views.map { ($0, Double($1.evictedEvents)) })
        Self.consumers(consumers.statistics, &page)
    }

    private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1_000_000) / 1000 }

    private static func consumers(_ statistics: ConsumerStatistics, _ page: inout MetricsPage) {
        page.single("tailrace_consumers_created_total", .counter, "Consumers made.", Double(statistics.created.value))
        page.single(
            "tailrace_consumers_refused_total", .counter, "New consumers refused at max_count.",
            Double(statistics.refused.value))
        page.single(
            "tailrace_consumers_deleted_total", .counter, "Consumers deleted.", Double(statistics.deleted.value))
        page.single(
            "tailrace_consumers_expired_total", .counter, "Consumers forgotten after max_idle.",
            Double(statistics.expired.value))
        page.single(
            "tailrace_consumer_commits_total", .counter, "Commits stored.", Double(statistics.commits.value))
        page.single(
            "tailrace_consumer_rewinds_total", .counter, "Commits that moved a consumer back.",
            Double(statistics.rewinds.value))
        page.single(
            "tailrace_consumer_commits_refused_total", .counter, "Commits refused.",
            Double(statistics.commitsRefused.value))
    }
}
