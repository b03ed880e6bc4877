internal import TailraceAccess
internal import TailraceLog
internal import TailraceWeb

extension RelayMetrics {
    /// Only where readers have to say who they are.
    static func access(_ report: RelayReport, _ page: inout MetricsPage) {
        guard report.parts.value.configuration.access.policy.mode != .none else { return }
        let counters = report.desk.audit.counters
        page.single("tailrace_logins_total", .counter, "Logins.", Double(counters.logins.read()))
        page.single(
            "tailrace_logins_failed_total", .counter, "Logins that failed.", Double(counters.loginsFailed.read()))
        page.single(
            "tailrace_logins_slowed_total", .counter, "Logins not looked at, after too many that failed.",
            Double(counters.loginsSlowed.read()))
        page.single(
            "tailrace_signed_in", .gauge, "Sessions of those who signed in.", Double(report.desk.sessions.count))
        page.single(
            "tailrace_unauthorized_total", .counter, "Requests without anything that lets them in.",
            Double(counters.unauthorized.read()))
        page.single(
            "tailrace_forgeries_refused_total", .counter, "Requests that a page of another site brought about.",
            Double(counters.forbidden.read()))
        page.single(
            "tailrace_streams_refused_total", .counter, "Streams beyond max_streams of one principal.",
            Double(counters.streamsRefused.read()))
        let views = report.views.current
        page.family(
            "tailrace_view_events", .gauge, "Newest number in the copy of a role that sees a part of the log.",
            views.map { (["role": $0.definition.role], Double($0.log.head)) })
        page.family(
            "tailrace_view_lag_events", .gauge, "Events of the log that were not looked at for the role yet.",
            views.map { (["role": $0.definition.role], Double($0.lag)) })
    }
}
