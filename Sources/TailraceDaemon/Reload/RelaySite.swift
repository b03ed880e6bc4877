internal import NIOHTTP1
internal import NIOPosix
internal import TailraceAccess
internal import TailraceHub
internal import TailraceWeb

/// Makes what the web server answers from the parts in force.
struct RelaySite: Sendable {
    let hub: Hub
    let report: RelayReport
    let marks: LogMarkDesk
    let assets: AssetStore
    let workers: NIOThreadPool
    let reload: ReloadEndpoint
    let views: RoleViews
    let desk: LoginDesk

    /// Everything: for everybody without `[auth]`, with it for administrators.
    func routes(_ parts: RelayParts) -> RouteTable {
        let investigation = WhyInvestigation(
            inputs: self.report.inputs.current, routes: parts.routes, numbers: parts.streams.numbers,
            host: self.report.host, log: self.report.log, redactor: Relay.whyRedactor(parts.redaction))
        let why = WhyEndpoint(investigation, workers: self.workers)
        return RelayRoutes.table(
            hub: self.hub, history: parts.history, facts: self.report.facts, marks: self.marks, assets: self.assets,
            sessions: self.report.sessions, debugEcho: parts.configuration.server.debugEcho
        ) { routes in
            ExplainEndpoint(hub: self.hub).add(to: &routes)
            why.add(to: &routes)
            LensReport(lenses: parts.configuration.lenses).add(to: &routes)
            self.reload.add(to: &routes)
        }
    }

    /// Nil where nobody is asked who he is.
    func gate(_ parts: RelayParts) -> (any AccessGate)? {
        let policy = parts.configuration.access.policy
        guard policy.mode != .none else { return nil }
        let views = Dictionary(self.views.current.map { ($0.definition.role, $0) }) { first, _ in first }
        var tables: [String: RelayGate.Table] = [:]
        for role in policy.usedRoles {
            if let view = views[role.name] {
                tables[role.name] = .init(routes: self.routes(parts, of: view), view: view.id)
            } else if role.isAdmin {
                var routes = self.routes(parts)
                RouteListing.add(to: &routes)
                tables[role.name] = .init(routes: routes, view: 0)
            } else if parts.views.allSatisfy({ $0.definition.role != role.name }) {
                tables[role.name] = .init(routes: self.eventRoutes(parts), view: 0)
            }
        }
        var open = RouteTable()
        LoginRoutes(policy: policy, desk: self.desk, assets: self.assets, isSecure: parts.tls != nil).add(to: &open)
        RelayRoutes.addHealth(to: &open, tellsWhy: false, unready: self.report.facts.unready)
        return RelayGate(policy: policy, desk: self.desk, tables: tables, open: open)
    }

    func addressLimit(_ parts: RelayParts) -> AddressLimit {
        let configuration = parts.configuration
        return self.desk.addressLimit(
            configuration.server.maxStreamsPerAddress, exempt: configuration.access.policy.proxy.addresses)
    }

    /// All events and nothing of the relay as a whole.
    private func eventRoutes(_ parts: RelayParts) -> RouteTable {
        var facts = self.report.facts
        facts.relay = nil
        return RelayRoutes.table(
            hub: self.hub, history: parts.history, facts: facts, marks: self.marks, assets: self.assets,
            sessions: self.report.sessions, debugEcho: false
        ) { routes in
            ExplainEndpoint(hub: self.hub).add(to: &routes)
            LensReport(lenses: parts.configuration.lenses).add(to: &routes)
            routes.refuse(.POST, Self.forAdministrators)
        }
    }

    /// What a role with a view reaches. Nothing here knows the relay's log or hub.
    private func routes(_ parts: RelayParts, of view: RoleView) -> RouteTable {
        let configuration = parts.configuration
        let streams = view.hub.streams
        let facts = RelayRoutes.Facts(
            streams: { ViewReport(routes: configuration.routes, streams: streams).json() }, relay: nil,
            unready: { view.isReady ? nil : "the events of your role are being gathered" })
        var routes = RelayRoutes.table(
            hub: view.hub,
            history: History(log: view.log, streams: streams, limits: HistoryLimits(configuration.history)),
            facts: facts, marks: NoMarkDesk(), assets: self.assets, sessions: view.sessions, debugEcho: false
        ) { routes in
            ExplainEndpoint(hub: view.hub).add(to: &routes)
            let lenses = configuration.lenses.filter { streams.entries[$0.stream] != nil }
            LensReport(lenses: lenses).add(to: &routes)
            routes.refuse(.POST, Self.forAdministrators)
        }
        routes.holdBack(while: { view.isReady ? nil : Self.gathering })
        return routes
    }

    private static let forAdministrators = ["/api/v1/reload", "/api/v1/why"]
    private static let gathering = Problem(
        .serviceUnavailable, "the events of your role are being gathered; try again in a moment",
        headers: ["Retry-After": "1"])

    static func hosts(_ settings: ServerSettings) -> HostPolicy {
        HostPolicy(
            allowedHosts: settings.allowedHosts + settings.listen.compactMap(\.hostName),
            allowedOrigins: settings.allowedOrigins)
    }
}

extension ListenAddress {
    /// The name that is listened on, which requests may carry.
    fileprivate var hostName: String? {
        switch self {
        case .tcp(let host, _): host
        case .unix: nil
        }
    }
}
