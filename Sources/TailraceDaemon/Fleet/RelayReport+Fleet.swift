internal import TailraceEvent
internal import TailraceFleet

extension RelayReport {
    /// `fleet` of the status, where the relay is in one.
    func describeFleet(into object: inout JSONObject) {
        guard let agent = self.fleet?.agent.currentStatus else { return }
        object.member("fleet", object: { Self.describe(agent, into: &$0) })
    }

    private static func describe(_ agent: AgentStatus, into object: inout JSONObject) {
        object.member("mode", "agent")
        object.member("host", agent.host)
        object.member("stream", agent.stream)
        object.member("state", agent.state.rawValue)
        object.member("since", agent.since.rfc3339)
        if let reason = agent.reason { object.member("reason", reason) }
        if !agent.server.isEmpty { object.member("server", agent.server) }
        object.member("through", agent.through)
        object.member("lag_events", agent.lagEvents)
        object.member("lag_seconds", agent.lagSeconds)
        object.member("under_way", agent.underWay)
        object.member("window", agent.window)
        object.member("published_messages", agent.publishedMessages)
        object.member("published_events", agent.publishedEvents)
        object.member("acknowledged_messages", agent.acknowledged)
        object.member("duplicate_messages", agent.duplicates)
        object.member("republished_messages", agent.republished)
        object.member("connects", agent.connects)
        object.member("resend_requests", agent.resendRequests)
        object.member("resent_events", agent.resentEvents)
        object.member("gaps", agent.gapEvents)
    }
}
