internal import Synchronization
internal import TailraceAccess
internal import TailraceFilter
internal import TailraceHub
internal import TailraceLog
internal import TailraceRouter
internal import TailraceWeb

/// What a configuration is made into beside the inputs. A reload makes all of it anew and puts it in force together.
struct RelayParts: Sendable {
    var configuration: Configuration
    var routes: [RouteDefinition]
    var routerStatus: RouterStatus
    var redaction: Redaction
    var streams: StreamTable
    var history: History
    var tiles: [PanelDefinition]
    var tls: ServerTLS?
    /// Of the roles that see less than everything.
    var views: [ViewPart]
    /// What the operator should know.
    var notices: [String]
}

/// The parts in force.
final class CurrentParts: Sendable {
    private let parts: Mutex<RelayParts>

    init(_ parts: RelayParts) { self.parts = Mutex(parts) }

    var value: RelayParts {
        get { self.parts.withLock { $0 } }
        set { self.parts.withLock { $0 = newValue } }
    }
}

extension RelayParts {
    /// Makes the parts of a configuration; those that it has in common with `old` go on with their counters.
    ///
    /// Throws before anything is changed, but for the numbers that the log gives to new streams.
    static func make(
        _ configuration: Configuration, log: EventLog, adopting old: RelayParts? = nil
    ) throws(RelayError) -> RelayParts {
        var notices = configuration.warnings
        let routes = try RouteCompiler.compile(configuration.routes)
        let redaction = try Self.redaction(configuration, adopting: old, notices: &notices)
        let tiles = try Relay.panels(configuration)
        let streams = try Self.streams(configuration, log: log)
        let history = History(
            log: log, streams: streams, limits: HistoryLimits(configuration.history),
            statistics: old?.history.statistics ?? HistoryStatistics())
        return RelayParts(
            configuration: configuration, routes: routes,
            routerStatus: RouterStatus(routes: routes, adopting: old?.routerStatus), redaction: redaction,
            streams: streams, history: history, tiles: tiles, tls: try Self.tls(configuration),
            views: try Self.views(configuration.access.policy, streams, tiles, configuration), notices: notices)
    }

    private static func views(
        _ policy: AccessPolicy, _ streams: StreamTable, _ tiles: [PanelDefinition], _ configuration: Configuration
    ) throws(RelayError) -> [ViewPart] {
        var views: [ViewPart] = []
        for role in policy.usedRoles {
            do {
                guard let definition = try ViewDefinition(role, streams) else { continue }
                var entries = streams.entries.filter { definition.streams[$0.key] != nil }
                for name in entries.keys { entries[name]?.roles = [] }
                // The relay's own tiles name all inputs.
                let own = configuration.panels.isEmpty && !tiles.isEmpty
                let shown = own ? try PanelDefinition.standard(inputs: []) : tiles
                views.append(
                    ViewPart(
                        definition: definition, streams: StreamTable(entries: entries),
                        tiles: shown.filter { StreamTable(entries: entries).entries[$0.stream] != nil }))
            } catch {
                throw RelayError("the filter of role \(role.name) is wrong: \(error.message)", isConfiguration: true)
            }
        }
        return views
    }

    private static func redaction(
        _ configuration: Configuration, adopting old: RelayParts?, notices: inout [String]
    ) throws(RelayError) -> Redaction {
        if let old, old.configuration.hasSameRedactions(as: configuration) { return old.redaction }
        return try Relay.redaction(configuration, notices: &notices)
    }

    private static func tls(_ configuration: Configuration) throws(RelayError) -> ServerTLS? {
        guard let files = configuration.server.tls else { return nil }
        do { return try ServerTLS(files) } catch { throw RelayError("cannot use [server] tls: \(error)") }
    }

    private static func streams(_ configuration: Configuration, log: EventLog) throws(RelayError) -> StreamTable {
        let routes = configuration.routes.filter { !$0.drops }
        let numbers: [String: Int]
        do { numbers = try log.numberStreams(routes.map(\.name)) } catch { throw RelayError(error.description) }
        var entries: [String: StreamTable.Entry] = [:]
        for route in routes {
            entries[route.name] = StreamTable.Entry(
                number: numbers[route.name],
                batch: TailraceHub.BatchLimits(
                    maxEvents: route.batch.maxEvents, maxBytes: route.batch.maxBytes, maxDelay: route.batch.maxDelay),
                filter: route.filter?.text ?? "", roles: route.roles)
        }
        return StreamTable(entries: entries)
    }
}

extension Configuration {
    func hasSameRedactions(as other: Configuration) -> Bool {
        self.redactions.map(\.withoutPlaces) == other.redactions.map(\.withoutPlaces)
    }

    func hasSameRoutes(as other: Configuration) -> Bool {
        self.routes.map(\.withoutPlaces) == other.routes.map(\.withoutPlaces)
    }

    /// The tables in which two configurations differ, inputs aside.
    func changedTables(from old: Configuration) -> [String] {
        var changed: [String] = []
        if self.server != old.server { changed.append("server") }
        if self.log != old.log { changed.append("log") }
        if self.history != old.history { changed.append("history") }
        if self.consumers != old.consumers { changed.append("consumers") }
        if !self.access.isSame(as: old.access) { changed.append("auth") }
        if self.fleet != old.fleet { changed.append("fleet") }
        if !self.hasSameRedactions(as: old) { changed.append("redact") }
        if !self.hasSameRoutes(as: old) { changed.append("route") }
        if self.panels.map(\.definition) != old.panels.map(\.definition) { changed.append("panel") }
        if !self.lenses.elementsEqual(old.lenses, by: { $0.isSame(as: $1) }) { changed.append("lens") }
        return changed
    }
}
