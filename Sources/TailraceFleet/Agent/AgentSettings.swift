/// What an agent is told by its configuration.
package struct AgentSettings: Sendable, Hashable {
    package var link: LinkSettings
    package var subjects: FleetSubjects
    package var host: String
    package var plan: StreamPlan
    /// Messages published and not acknowledged.
    package var window: Int
    /// Events per second by which a backlog gets smaller; 0 for as fast as it goes.
    package var catchUpRate: Int
    /// What is not acknowledged for so long is published again.
    package var ackTimeout: Duration

    package init(
        link: LinkSettings, subjects: FleetSubjects, host: String, plan: StreamPlan, window: Int, catchUpRate: Int,
        ackTimeout: Duration = .seconds(10)
    ) {
        self.link = link
        self.subjects = subjects
        self.host = host
        self.plan = plan
        self.window = window
        self.catchUpRate = catchUpRate
        self.ackTimeout = ackTimeout
    }

    /// Compressed bytes under way, beside the number of messages.
    package static let maxWindowBytes = 16 << 20
}
