/// What a hub is told by its configuration.
package struct HubSettings: Sendable, Hashable {
    package var link: LinkSettings
    package var fleet: String
    /// The stream, and what it is to be if there is none.
    package var plan: StreamPlan
    /// How far back a hub begins that has nothing yet.
    package var since: Duration
    /// How long a host may take to bring what did not come, before it is told as a gap.
    package var resendTimeout: Duration

    package init(
        link: LinkSettings, fleet: String, plan: StreamPlan, since: Duration, resendTimeout: Duration
    ) {
        self.link = link
        self.fleet = fleet
        self.plan = plan
        self.since = since
        self.resendTimeout = resendTimeout
    }

    package var subjects: FleetSubjects { FleetSubjects(fleet: self.fleet) }
}

extension Duration {
    /// Of a length that a configuration can have.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
