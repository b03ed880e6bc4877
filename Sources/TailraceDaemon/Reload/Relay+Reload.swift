internal import Logging
internal import NIOCore
internal import TailraceHub
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions
internal import TailraceRouter
internal import TailraceWeb

/// Where a relay's configuration comes from, and who is told that it was read again.
package struct ReloadSource: Sendable {
    /// Reads and checks it; throws what is wrong in words for people, a line each.
    package var read: @Sendable () throws -> Configuration
    package var began: @Sendable () -> Void
    package var ended: @Sendable (ReloadOutcome) -> Void

    package init(
        read: @escaping @Sendable () throws -> Configuration, began: @escaping @Sendable () -> Void,
        ended: @escaping @Sendable (ReloadOutcome) -> Void
    ) {
        self.read = read
        self.began = began
        self.ended = ended
    }
}

extension Relay {
    /// Asks for the configuration to be read again, as SIGHUP does; returns at once.
    package func requestReload() { self.reloader.ask() }

    /// One reload from its beginning to its end, on the reloader's thread.
    func reload(_ source: ReloadSource) -> ReloadOutcome {
        source.began()
        var outcome = self.outcome(of: source)
        self.reloads.note(&outcome)
        if outcome.isApplied {
            self.logger.notice("\(outcome.summary)", metadata: ["generation": "\(outcome.generation)"])
            for warning in outcome.warnings { self.logger.warning("\(warning)") }
        } else {
            for problem in outcome.problems { self.logger.error("The configuration is wrong: \(problem)") }
            self.logger.error("The configuration was not applied; the one before stays in force")
        }
        // A service manager that was told of the end must not hear that all is ready.
        if !self.reloader.isStopping { source.ended(outcome) }
        return outcome
    }

    private func outcome(of source: ReloadSource) -> ReloadOutcome {
        let configuration: Configuration
        do { configuration = try source.read() } catch { return Self.refused("\(error)") }
        let old = self.parts.value
        let fixed = RestartKeys.problems(from: old.configuration, to: configuration)
        guard fixed.isEmpty else { return ReloadOutcome(problems: fixed.map(\.description)) }
        let plan = InputPlan(from: old.configuration.inputs, to: configuration.inputs)
        let (parts, inputs, views): (RelayParts, [InputRunner], [RoleView])
        do throws(RelayError) {
            (parts, inputs) = try self.prepare(configuration, plan)
            views = try self.prepareViews(parts)
        } catch { return Self.refused(configuration.secrets.masked(error.description)) }
        self.apply(parts, inputs, views, plan)
        var tables = configuration.changedTables(from: old.configuration)
        if parts.tiles != old.tiles, !tables.contains("panel") { tables.append("panel") }
        return ReloadOutcome(
            started: plan.started, restarted: plan.restarted, stopped: plan.stopped, tables: tables,
            warnings: parts.notices)
    }

    private static func refused(_ message: String) -> ReloadOutcome {
        ReloadOutcome(problems: message.split(separator: "\n").map(String.init))
    }

    // MARK: Before anything is changed

    private func prepare(
        _ configuration: Configuration, _ plan: InputPlan
    ) throws(RelayError) -> (RelayParts, [InputRunner]) {
        let running = Dictionary(self.inputs.current.map { ($0.name, $0) }) { first, _ in first }
        let made = try Self.makeInputs(
            configuration, host: self.host, log: self.log, queue: self.queue, logger: self.logger,
            adopting: self.inputs)
        var inputs = made.map { plan.begun.contains($0.name) ? $0 : running[$0.name] ?? $0 }
        // The stream of the fleet stands in no [[input]].
        if self.hubOfFleet != nil { inputs += running.values.filter { $0.name == FleetHub.inputName } }
        _ = try Self.check(inputs.filter { plan.begun.contains($0.name) })
        var parts = try RelayParts.make(configuration, log: self.log, adopting: self.parts.value)
        // What those that run already would be told of is their own doing: a socket that is in use.
        parts.notices += try Self.check(inputs.filter { plan.started.contains($0.name) })
        return (parts, inputs)
    }

    private func prepareViews(_ parts: RelayParts) throws(RelayError) -> [RoleView] {
        let setting = Self.viewSetting(parts, log: self.log, host: self.host)
        do { return try self.views.prepare(parts.views, setting) } catch { throw RelayError(error.description) }
    }

    // MARK: Changing it

    /// Inputs that end are at their ends before the new rules hold, and those that begin begin behind them.
    private func apply(_ parts: RelayParts, _ inputs: [InputRunner], _ views: [RoleView], _ plan: InputPlan) {
        let old = self.parts.value
        self.end(self.inputs.current.filter { plan.ended.contains($0.name) })
        self.log.limit(parts.configuration.log)
        self.hub.replace(streams: parts.streams)
        if !parts.configuration.hasSameRoutes(as: old.configuration) || parts.redaction !== old.redaction {
            self.pipeline.replace(
                Pipeline.Replacement(
                    routes: parts.routes, streamNumbers: parts.streams.numbers, host: self.host,
                    status: parts.routerStatus, redaction: parts.redaction, untold: self.untold(parts)))
        }
        if parts.configuration.fleet.mode == .agent {
            self.fleet?.replace(parts.configuration.fleet, host: self.host)
        }
        self.hub.replace(tiles: parts.tiles)
        self.hub.consumers.limits = ConsumerLimits(parts.configuration.consumers)
        var parts = parts
        self.readPage(&parts)
        self.parts.value = parts
        let begun = inputs.filter { plan.begun.contains($0.name) }
        let before = begun.map { self.inputs.predecessor(of: $0.name) }
        self.inputs.replace(with: inputs)
        let left = self.views.replace(
            views, parts.views, setting: Self.viewSetting(parts, log: self.log, host: self.host))
        let isKnown = self.server.replace(
            routes: self.site.routes(parts), gate: self.site.gate(parts), addresses: self.site.addressLimit(parts),
            hosts: RelaySite.hosts(parts.configuration.server), tls: parts.tls)
        for (input, predecessor) in zip(begun, before) { input.start(after: predecessor) }
        for done in isKnown { try? done.wait() }
        // Their readers are not found by new requests any more.
        for view in left { view.stop(reason: "the role has changed", isForGood: true) }
        self.awaitFirstLook(of: begun)
    }

    private func end(_ inputs: [InputRunner]) {
        for input in inputs { input.stop.stop() }
        let deadline = ContinuousClock.now + .milliseconds(Self.joinMilliseconds)
        for input in inputs {
            while !input.join(milliseconds: Self.lookMilliseconds), !self.reloader.isStopping {
                guard ContinuousClock.now < deadline else {
                    self.logger.warning(
                        "An input did not end in time; who takes its place waits for it",
                        metadata: ["input": "\(input.name)"])
                    break
                }
            }
        }
    }

    /// What an earlier run had to tell the readers of streams that this run has not had before.
    private func untold(_ parts: RelayParts) -> [String: [String: [UInt8]]] {
        let new = parts.routes.filter { !self.hadStream($0.name) }
        do throws(RelayError) { return try Self.untold(new, log: self.log) } catch {
            self.logger.warning("What streams left out before is not told", metadata: ["reason": "\(error)"])
            return [:]
        }
    }

    /// What the operator should know of the page's files.
    static func notices(of table: AssetTable) -> [String] {
        (table.problem.map { [$0] } ?? []) + table.joinProblems.map { "the page comes in many answers: \($0)" }
    }

    /// The page's files as they are now; those before stay where there are none.
    private func readPage(_ parts: inout RelayParts) {
        let table = AssetTable(folder: PublicFolder.find(configured: parts.configuration.server.publicFolder))
        parts.notices += Self.notices(of: table)
        if table.problem == nil { self.site.assets.replace(table) }
    }

    /// As `firstLook` does at the start.
    private func awaitFirstLook(of inputs: [InputRunner]) {
        let deadline = ContinuousClock.now + Self.firstLookLimit
        for input in inputs {
            while input.status.snapshot.state == .starting, ContinuousClock.now < deadline, !self.reloader.isStopping {
                ThreadGate().wait(since: 0, milliseconds: 5)
            }
        }
    }

    private static let lookMilliseconds = 50
}

extension ConsumerLimits {
    /// The limits of the configuration.
    init(_ settings: ConsumerSettings) { self.init(maxCount: settings.maxCount, maxIdle: settings.maxIdle) }
}
