package import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceAccess
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceHub
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions
internal import TailraceRouter
internal import TailraceWeb

/// The running relay: inputs → pipeline → log → hub → web, started in that order's reverse and stopped in it.
package final class Relay: Sendable {
    private static let webThreads = 2
    private static let workerThreads = 2
    /// Stopping takes 10 s at most: this for a reload under way and all inputs together, this for what they read, and
    /// the farewell to readers. A command of an input may take 4 s to end.
    private static let inputsEndLimit = Duration.seconds(5)
    private static let lastCommitMilliseconds = 2000
    private static let farewell = Duration.seconds(2)
    static let joinMilliseconds = 5000
    static let firstLookLimit = Duration.seconds(2)

    /// Where the page is: `http://127.0.0.1:8245`.
    package let addresses: [String]
    /// What the operator should know: unreadable paths, a log moved aside, a missing page.
    package let notices: [String]

    let log: EventLog
    /// Set if the relay is a hub.
    let hubOfFleet: FleetHub?
    let hub: Hub
    let queue: IntakeQueue
    let pipeline: Pipeline
    let inputs: InputTable
    let server: HTTPServer
    let site: RelaySite
    let views: RoleViews
    let fleet: RelayAgent?
    let parts: CurrentParts
    let reloader: Reloader
    let reloads: ReloadRecord
    let host: String
    let logger: Logger
    private let threads: RelayThreads
    private let groups: LoopGroups
    private let streamsOfThisRun: Mutex<Set<String>>

    private init(
        _ services: Services, site: RelaySite, server: HTTPServer, threads: RelayThreads, notices: [String]
    ) {
        self.addresses = server.addresses
        self.notices = notices
        self.log = services.log
        self.hubOfFleet = services.hubOfFleet
        self.hub = services.hub
        self.queue = services.queue
        self.pipeline = services.pipeline
        self.inputs = services.inputs
        self.server = server
        self.site = site
        self.views = services.views
        self.fleet = services.fleet
        self.parts = services.parts
        self.reloader = site.reload.reloader
        self.reloads = services.reloads
        self.host = services.host
        self.logger = services.logger
        self.threads = threads
        self.groups = services.groups
        self.streamsOfThisRun = Mutex(Set(services.parts.value.routes.map(\.name)))
    }

    /// What is made before the web server.
    private struct Services: Sendable {
        var log: EventLog
        var hubOfFleet: FleetHub?
        var hub: Hub
        var queue: IntakeQueue
        var pipeline: Pipeline
        var inputs: InputTable
        var parts: CurrentParts
        var reloads: ReloadRecord
        var host: String
        var logger: Logger
        var groups: LoopGroups
        var views: RoleViews
        var desk: LoginDesk
        var fleet: RelayAgent?
    }

    /// Opens the log, binds the listeners and starts the inputs. Throws before anything has been read.
    ///
    /// - Parameter source: where to read the configuration again; nil where that is not possible.
    package static func start(
        _ configuration: Configuration, source: ReloadSource? = nil, logger: Logger
    ) async throws(RelayError) -> Relay {
        _ = try Self.check(configuration)
        var notices: [String] = []
        let (hubOfFleet, log) = try Self.openLog(of: configuration, logger: logger, &notices)
        notices += log.notices
        let parts = CurrentParts(try RelayParts.make(configuration, log: log))
        let inputs = InputTable()
        let services = try Self.services(parts, inputs, log: log, hubOfFleet, logger: logger, &notices)
        var runners = try Self.makeInputs(
            configuration, host: services.host, log: log, queue: services.queue, logger: logger)
        if let hubOfFleet { runners.append(hubOfFleet.runner(host: services.host, queue: services.queue)) }
        notices += try Self.check(runners)
        notices += Self.unclaimed(HandedSockets.ofThisProcess, by: runners)
        inputs.replace(with: runners)

        services.hub.start()
        try Self.beginViews(services.views, parts.value, log: log, host: services.host)
        let site = try Self.site(services, hasFile: source != nil)
        notices += Self.notices(of: site.assets.current)
        let untold = try Self.untold(parts.value.routes, log: log)
        let budget = DescriptorBudget.ofThisProcess(wanted: configuration.server.maxConnections)
        notices += [budget.notice].compactMap(\.self)
        let server = try await Self.listen(site, parts.value, budget, services.groups, logger)
        site.report.server.withLock { $0 = server }

        let threads = RelayThreads(
            pipeline: Self.pipelineThread(services, parts.value, untold: untold),
            sync: LogSync.start(log, configuration.log.sync, logger: logger))
        for input in runners { input.start() }
        services.fleet?.start()
        await Self.firstLook(of: runners)
        let relay = Relay(
            services, site: site, server: server, threads: threads, notices: parts.value.notices + notices)
        if let source { relay.reloader.start { relay.reload(source) } }
        return relay
    }

    private static func services(
        _ parts: CurrentParts, _ inputs: InputTable, log: EventLog, _ hubOfFleet: FleetHub?, logger: Logger,
        _ notices: inout [String]
    ) throws(RelayError) -> Services {
        let configuration = parts.value.configuration
        let rhythm = Rhythm()
        let queue = IntakeQueue(head: log.head, rhythm: rhythm)
        let host = HostName.current
        let reloads = ReloadRecord(file: configuration.fileName)
        let groups = LoopGroups(webThreads: Self.webThreads, workerThreads: Self.workerThreads)
        let turns = SearchTurns(workers: groups.workers, atOnce: Self.workerThreads)
        let hub = Hub(
            log: log, streams: parts.value.streams, executorLoop: groups.hub.next(),
            readerLoops: Array(groups.web.makeIterator()), workers: groups.workers, turns: turns,
            facts: HubFacts(
                version: RelayVersion.current, host: host, sources: { inputs.current.map(\.summary) },
                configuration: { reloads.facts }),
            rhythm: rhythm, settings: Hub.Settings(), panels: parts.value.tiles,
            consumers: try Self.consumers(configuration.consumers, log: log, groups.workers, notices: &notices),
            logger: logger)
        let views = RoleViews(
            hubLoop: groups.hub.next(), readerLoops: Array(groups.web.makeIterator()), workers: groups.workers,
            turns: turns, facts: hub.facts, logger: logger)
        let fleet = try RelayAgent(configuration.fleet, host: host, log: log, logger: logger)
        let pipeline = Pipeline(
            queue: queue, log: log, hub: hub, views: views, fleet: fleet, keepsNumbers: hubOfFleet != nil,
            logger: logger)
        return Services(
            log: log, hubOfFleet: hubOfFleet, hub: hub, queue: queue, pipeline: pipeline, inputs: inputs, parts: parts,
            reloads: reloads, host: host, logger: logger, groups: groups, views: views,
            desk: LoginDesk(logger: logger), fleet: fleet)
    }

    private static func site(_ services: Services, hasFile: Bool) throws(RelayError) -> RelaySite {
        let marks = try Self.markDesk(services)
        let report = RelayReport(
            host: services.host, started: .now(), log: services.log, hub: services.hub, queue: services.queue,
            pipeline: services.pipeline, inputs: services.inputs, marks: marks, parts: services.parts,
            reloads: services.reloads, views: services.views, desk: services.desk, fleet: services.fleet,
            hubOfFleet: services.hubOfFleet)
        let folder = PublicFolder.find(configured: services.parts.value.configuration.server.publicFolder)
        return RelaySite(
            hub: services.hub, report: report, marks: marks, assets: AssetStore(AssetTable(folder: folder)),
            workers: services.groups.workers, reload: ReloadEndpoint(reloader: Reloader(), hasFile: hasFile),
            views: services.views, desk: services.desk)
    }

    private static func pipelineThread(
        _ services: Services, _ parts: RelayParts, untold: [String: [String: [UInt8]]]
    ) -> RelayThread {
        RelayThread("log") {
            var router = Router(
                routes: parts.routes, streamNumbers: parts.streams.numbers, host: services.host,
                status: parts.routerStatus)
            for (stream, checkpoints) in untold { router.restore(stream, from: checkpoints) }
            services.pipeline.run(router, Redactor(parts.redaction))
        }
    }

    /// Whether a stream of this name has been there since the start; from now on it has.
    func hadStream(_ name: String) -> Bool { self.streamsOfThisRun.withLock { !$0.insert(name).inserted } }

    /// Waits until every input has looked at its source once, so that "ready" means it: sockets are there, and what is
    /// written from now on is new. An input that takes longer does not hold up the page.
    private static func firstLook(of inputs: [InputRunner]) async {
        let deadline = ContinuousClock.now + Self.firstLookLimit
        while ContinuousClock.now < deadline, inputs.contains(where: { $0.status.snapshot.state == .starting }) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// What `tailrace check` looks at beyond the file itself: filters, options, what can be read. Opens nothing for
    /// long.
    package static func check(_ configuration: Configuration) throws(RelayError) -> [String] {
        let memory = try Self.openLog(LogSettings(storage: .memory))
        let inputs = try Self.makeInputs(
            configuration, host: HostName.current, log: memory, queue: IntakeQueue(head: 0, rhythm: Rhythm()),
            logger: Logger(label: "check"))
        var (notices, problems): ([String], [String]) = ([], [])
        do { _ = try RouteCompiler.compile(configuration.routes) } catch { problems.append(error.description) }
        do { _ = try Self.redaction(configuration.redactions, folderKey: RedactionKey.random()) } catch {
            problems.append(error.description)
        }
        do { notices = try Self.check(inputs) } catch { problems.append(error.description) }
        problems += configuration.hubProblems.map(\.description)
        guard problems.isEmpty else {
            throw RelayError(configuration.secrets.masked(problems.joined(separator: "\n")), isConfiguration: true)
        }
        return (configuration.warnings + notices).map(configuration.secrets.masked)
    }

    /// What `tailrace why` can say without a running relay.
    package static func why(
        _ question: WhyQuestion, _ configuration: Configuration
    ) throws(RelayError) -> WhyReport {
        let routes = try RouteCompiler.compile(configuration.routes)
        let redaction = try Self.redaction(configuration.redactions, folderKey: RedactionKey.random())
        let memory = try Self.openLog(LogSettings(storage: .memory))
        let inputs = try Self.makeInputs(
            configuration, host: HostName.current, log: memory, queue: IntakeQueue(head: 0, rhythm: Rhythm()),
            logger: Logger(label: "why"))
        let numbers = Dictionary(uniqueKeysWithValues: routes.enumerated().map { ($1.name, $0) })
        let investigation = WhyInvestigation(
            inputs: inputs, routes: routes, numbers: numbers, host: HostName.current, log: nil,
            redactor: Self.whyRedactor(redaction))
        do { return try investigation.report(question) } catch { throw RelayError(error.message) }
    }

    /// Stops reading, commits what was read, tells the readers and closes the log.
    package func stop() async {
        self.stopInputs()
        self.queue.close()
        if self.pipeline.currentTrouble != nil { self.pipeline.abandon() }
        if !self.threads.pipeline.join(milliseconds: Self.lastCommitMilliseconds) { self.pipeline.abandon() }
        self.fleet?.stop()
        self.views.stop(reason: "the relay stops")
        try? await self.hub.stop(reason: "the relay stops").get()
        await self.server.shutdown(grace: Self.farewell)
        self.threads.sync?.stop()
        do { try self.hub.consumers.close() } catch {
            self.logger.warning("When consumers were last used is not stored", metadata: ["reason": "\(error)"])
        }
        do { try self.log.close() } catch {
            self.logger.error("The log could not be closed cleanly", metadata: ["reason": "\(error)"])
        }
        await self.site.desk.stop()
        await self.groups.shutdown()
    }

    private func stopInputs() {
        let deadline = ContinuousClock.now + Self.inputsEndLimit
        if !self.reloader.stop(milliseconds: Self.millisecondsUntil(deadline)) {
            self.logger.warning("A reload did not end in time")
        }
        let inputs = self.inputs.current
        for input in inputs { input.stop.stop() }
        for input in inputs where !input.join(milliseconds: Self.millisecondsUntil(deadline)) {
            self.logger.warning("An input did not stop in time", metadata: ["input": "\(input.name)"])
        }
    }

    private static func millisecondsUntil(_ deadline: ContinuousClock.Instant) -> Int {
        Int(max(Duration.zero, deadline - .now) / .milliseconds(1))
    }

    /// From now on the event loops feed the watchdog of whoever started the relay, to the end.
    package func watch(for manager: ServiceManager) {
        guard let interval = manager.watchdogInterval else { return }
        let loops = Array(self.groups.web.makeIterator()) + Array(self.groups.hub.makeIterator())
        _ = LoopWatchdog.start(loops, interval: interval) { manager.alive() }
    }

    /// Names of the inputs with what they are, for the start message.
    package var inputNames: [String] { self.inputs.current.map { "\($0.name) (\($0.kind.kind))" } }
}

extension Relay {
    private static func markDesk(_ services: Services) throws(RelayError) -> LogMarkDesk {
        do {
            return try LogMarkDesk(
                hub: services.hub, queue: services.queue, host: services.host, isHub: services.hubOfFleet != nil)
        } catch {
            throw RelayError(error.description)
        }
    }

    /// What the last run of the relay had still to tell the streams' readers, by stream.
    static func untold(
        _ routes: [RouteDefinition], log: EventLog
    ) throws(RelayError) -> [String: [String: [UInt8]]] {
        var untold: [String: [String: [UInt8]]] = [:]
        for route in routes {
            do {
                let checkpoints = try log.checkpoints(of: Router.checkpointOwner(of: route.name))
                if !checkpoints.isEmpty { untold[route.name] = checkpoints }
            } catch { throw RelayError(error.description) }
        }
        return untold
    }

    private static func listen(
        _ site: RelaySite, _ parts: RelayParts, _ budget: DescriptorBudget, _ groups: LoopGroups, _ logger: Logger
    ) async throws(RelayError) -> HTTPServer {
        let settings = parts.configuration.server
        var options = HTTPOptions()
        options.maxConnections = budget.connections
        options.limit(settings.limits)
        options.tls = parts.tls
        options.hosts = RelaySite.hosts(settings)
        options.writeBufferWaterMark = .init(low: 8 << 10, high: site.hub.settings.maxPendingBytes)
        let addresses = try HandedListeners(.ofThisProcess).addresses(
            for: settings, hasLogin: parts.configuration.access.policy.mode != .none)
        do {
            return try await HTTPServer.start(
                on: addresses, group: groups.web, routes: site.routes(parts), gate: site.gate(parts),
                addresses: site.addressLimit(parts), options: options,
                logger: logger)
        } catch {
            throw RelayError(String(describing: error))
        }
    }
}

/// The threads beside the inputs' own.
private struct RelayThreads: Sendable {
    var pipeline: RelayThread
    var sync: LogSync?
}

/// The event loops and workers: two loops for connections, one for the hub, threads for reading the log.
private struct LoopGroups: Sendable {
    let web: MultiThreadedEventLoopGroup
    let hub: MultiThreadedEventLoopGroup
    let workers: NIOThreadPool

    init(webThreads: Int, workerThreads: Int) {
        self.web = MultiThreadedEventLoopGroup(numberOfThreads: webThreads)
        self.hub = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.workers = NIOThreadPool(numberOfThreads: workerThreads)
        self.workers.start()
    }

    func shutdown() async {
        try? await self.workers.shutdownGracefully()
        try? await self.web.shutdownGracefully()
        try? await self.hub.shutdownGracefully()
    }
}

extension EventLog {
    /// Keeps what another configuration says.
    func limit(_ settings: LogSettings) {
        self.limit(maxBytes: settings.maxSize, maxAge: settings.maxAge, memoryBytes: Int(settings.memory))
    }
}

extension HistoryLimits {
    /// The limits of the configuration.
    init(_ settings: HistorySettings) {
        self.init(
            maxTime: settings.maxTime, maxSearched: settings.maxSearched, maxResults: settings.maxResults,
            maxOpen: settings.maxOpen, maxOpenEach: settings.maxOpenEach)
    }
}

extension TailraceWeb.ListenAddress {
    /// An address of the configuration.
    init(_ address: ListenAddress) {
        switch address {
        case .tcp(let host, let port): self = .tcp(host: host == "localhost" ? "127.0.0.1" : host, port: port)
        case .unix(let path): self = .unix(path: path)
        }
    }
}
