internal import NIOPosix
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
