package import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
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
    /// Stopping takes 10 s at most: this for all inputs together, this for what they read, and the farewell to readers.
    /// A command of an input may take 4 s to end.
    private static let inputsEndLimit = Duration.seconds(5)
    private static let lastCommitMilliseconds = 2000
    private static let farewell = Duration.seconds(2)
    private static let firstLookLimit = Duration.seconds(2)

    /// Where the page is: `http://127.0.0.1:8245`.
    package let addresses: [String]
    /// What the operator should know: unreadable paths, a log moved aside, a missing page.
    package let notices: [String]

    private let log: EventLog
    private let hub: Hub
    private let queue: IntakeQueue
    private let pipeline: Pipeline
    private let inputs: [InputRunner]
    private let server: HTTPServer
    private let threads: RelayThreads
    private let groups: LoopGroups
    private let logger: Logger

    private init(
        addresses: [String], notices: [String], log: EventLog, hub: Hub, queue: IntakeQueue, pipeline: Pipeline,
        inputs: [InputRunner], server: HTTPServer, threads: RelayThreads, groups: LoopGroups, logger: Logger
    ) {
        self.addresses = addresses
        self.notices = notices
        self.log = log
        self.hub = hub
        self.queue = queue
        self.pipeline = pipeline
        self.inputs = inputs
        self.server = server
        self.threads = threads
        self.groups = groups
        self.logger = logger
    }

    /// Opens the log, binds the listeners and starts the inputs. Throws before anything has been read.
    package static func start(_ configuration: Configuration, logger: Logger) async throws(RelayError) -> Relay {
        var notices = configuration.warnings
        let routes = try RouteCompiler.compile(configuration.routes)
        let log = try Self.openLog(configuration.log)
        notices += log.notices
        let streams = try Self.numberStreams(configuration, log: log)
        let redaction = try Self.redaction(configuration, notices: &notices)
        let rhythm = Rhythm()
        let queue = IntakeQueue(head: log.head, rhythm: rhythm)
        let host = HostName.current
        let inputs = try Self.makeInputs(configuration, host: host, log: log, queue: queue, logger: logger)
        notices += try Self.check(inputs)
        notices += Self.unclaimed(HandedSockets.ofThisProcess, by: inputs)

        let groups = LoopGroups(webThreads: Self.webThreads, workerThreads: Self.workerThreads)
        let hub = Hub(
            log: log, streams: streams, executorLoop: groups.hub.next(), readerLoops: Array(groups.web.makeIterator()),
            workers: groups.workers,
            facts: HubFacts(version: RelayVersion.current, host: host) { inputs.map(\.summary) },
            rhythm: rhythm, settings: Hub.Settings(), panels: try Self.panels(configuration),
            consumers: try Self.consumers(configuration.consumers, log: log, groups.workers, notices: &notices),
            logger: logger)
        hub.start()
        let marks = try Self.markDesk(hub: hub, queue: queue, host: host)
        let pipeline = Pipeline(queue: queue, log: log, hub: hub, logger: logger)
        let history = History(log: log, streams: streams, limits: HistoryLimits(configuration.history))
        let untold = try Self.untold(routes, log: log)
        let status = RouterStatus(routes: routes)
        let report = RelayReport(
            host: host, started: .now(), log: log, hub: hub, history: history, queue: queue, pipeline: pipeline,
            inputs: inputs, marks: marks, streams: StreamReport(routes: configuration.routes, status: status),
            redaction: redaction)
        let assets = AssetTable(folder: PublicFolder.find(configured: configuration.server.publicFolder))
        if let problem = assets.problem { notices.append(problem) }
        notices += assets.joinProblems.map { "the page comes in many answers: \($0)" }
        let numbers = streams.entries.compactMapValues(\.number)
        let why = WhyEndpoint(
            WhyInvestigation(
                inputs: inputs, routes: routes, numbers: numbers, host: host, log: log,
                redactor: Self.whyRedactor(redaction)),
            workers: groups.workers)
        let server = try await Self.listen(
            configuration.server, hub: hub, history: history, report: report, marks: marks, assets: assets, groups,
            logger
        ) { routes in
            ExplainEndpoint(hub: hub).add(to: &routes)
            why.add(to: &routes)
            LensReport(lenses: configuration.lenses).add(to: &routes)
        }
        report.server.withLock { $0 = server }

        let threads = RelayThreads(
            pipeline: RelayThread("log") {
                var router = Router(routes: routes, streamNumbers: numbers, host: host, status: status)
                for (stream, checkpoints) in untold { router.restore(stream, from: checkpoints) }
                pipeline.run(router, Redactor(redaction))
            },
            sync: LogSync.start(log, configuration.log.sync, logger: logger))
        for input in inputs { input.start() }
        await Self.firstLook(of: inputs)
        return Relay(
            addresses: server.addresses, notices: notices, log: log, hub: hub, queue: queue, pipeline: pipeline,
            inputs: inputs, server: server, threads: threads, groups: groups, logger: logger)
    }

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
        _ = try RouteCompiler.compile(configuration.routes)
        _ = try Self.redaction(configuration.redactions, folderKey: RedactionKey.random())
        let memory = try Self.openLog(LogSettings(storage: .memory))
        let inputs = try Self.makeInputs(
            configuration, host: HostName.current, log: memory, queue: IntakeQueue(head: 0, rhythm: Rhythm()),
            logger: Logger(label: "check"))
        return configuration.warnings + (try Self.check(inputs))
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
        try? await self.hub.stop(reason: "the relay stops").get()
        await self.server.shutdown(grace: Self.farewell)
        self.threads.sync?.stop()
        do { try self.hub.consumers.close() } catch {
            self.logger.warning("When consumers were last used is not stored", metadata: ["reason": "\(error)"])
        }
        do { try self.log.close() } catch {
            self.logger.error("The log could not be closed cleanly", metadata: ["reason": "\(error)"])
        }
        await self.groups.shutdown()
    }

    private func stopInputs() {
        for input in self.inputs { input.stop.stop() }
        let deadline = ContinuousClock.now + Self.inputsEndLimit
        for input in self.inputs {
            let left = max(Duration.zero, deadline - .now) / .milliseconds(1)
            if input.join(milliseconds: Int(left)) { continue }
            self.logger.warning("An input did not stop in time", metadata: ["input": "\(input.name)"])
        }
    }

    /// From now on the event loops feed the watchdog of whoever started the relay, to the end.
    package func watch(for manager: ServiceManager) {
        guard let interval = manager.watchdogInterval else { return }
        let loops = Array(self.groups.web.makeIterator()) + Array(self.groups.hub.makeIterator())
        _ = LoopWatchdog.start(loops, interval: interval) { manager.alive() }
    }

    /// Names of the inputs with what they are, for the start message.
    package var inputNames: [String] { self.inputs.map { "\($0.name) (\($0.kind.kind))" } }
}

extension Relay {
    private static func openLog(_ settings: LogSettings) throws(RelayError) -> EventLog {
        let sync: EventLog.Settings.Sync =
            switch settings.sync {
            case .group(let interval): .group(interval)
            case .always: .always
            case .never: .never
            }
        let path: String? = if case .folder(let path) = settings.storage { path } else { nil }
        do {
            return try EventLog(
                settings: .init(
                    path: path, maxBytes: settings.maxSize, maxAge: settings.maxAge, sync: sync,
                    memoryBytes: Int(settings.memory)))
        } catch { throw RelayError(error.description) }
    }

    private static func numberStreams(_ configuration: Configuration, log: EventLog) throws(RelayError) -> StreamTable {
        do {
            let streams = configuration.routes.filter { !$0.drops }
            let numbers = try log.numberStreams(streams.map(\.name))
            var entries: [String: StreamTable.Entry] = [:]
            for route in streams {
                entries[route.name] = StreamTable.Entry(
                    number: numbers[route.name],
                    batch: TailraceHub.BatchLimits(
                        maxEvents: route.batch.maxEvents, maxBytes: route.batch.maxBytes, maxDelay: route.batch.maxDelay
                    ),
                    filter: route.filter?.text ?? "", roles: route.roles)
            }
            return StreamTable(entries: entries)
        } catch { throw RelayError(error.description) }
    }

    private static func markDesk(hub: Hub, queue: IntakeQueue, host: String) throws(RelayError) -> LogMarkDesk {
        do { return try LogMarkDesk(hub: hub, queue: queue, host: host) } catch {
            throw RelayError(error.description)
        }
    }

    /// What the last run of the relay had still to tell the streams' readers, by stream.
    private static func untold(
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

    private static func makeInputs(
        _ configuration: Configuration, host: String, log: EventLog, queue: IntakeQueue, logger: Logger
    ) throws(RelayError) -> [InputRunner] {
        var runners: [InputRunner] = []
        for block in configuration.inputs {
            guard let kind = BuiltinInputs.kind(named: block.kind) else {
                throw RelayError("\(block.place.file):\(block.place.line): there is no input type \"\(block.kind)\"")
            }
            runners.append(
                InputRunner(
                    name: block.name, kind: kind, options: block.table, host: host, log: log, queue: queue,
                    logger: logger))
        }
        return runners
    }

    /// Senders would wait for ever in sockets that nobody reads.
    private static func unclaimed(_ sockets: HandedSockets, by inputs: [InputRunner]) -> [String] {
        let taken = inputs.map(\.name) + [HandedListeners.name]
        return sockets.names.filter { !taken.contains($0) }.map { name in
            "a socket was handed over under the name \"\(name)\", which no input has: nothing reads it; set "
                + "FileDescriptorName= to the name of its input, or to \"\(HandedListeners.name)\" for the page"
        }
    }

    private static func check(_ inputs: [InputRunner]) throws(RelayError) -> [String] {
        var notices: [String] = []
        for input in inputs {
            do { notices += try input.check().map { "input \(input.name): \($0)" } } catch {
                throw RelayError(error.description)
            }
        }
        return notices
    }

    private static func listen(
        _ settings: ServerSettings, hub: Hub, history: History, report: RelayReport, marks: LogMarkDesk,
        assets: AssetTable, _ groups: LoopGroups, _ logger: Logger, more: (inout RouteTable) -> Void
    ) async throws(RelayError) -> HTTPServer {
        var options = HTTPOptions()
        options.maxConnections = settings.maxConnections
        do { options.tls = try settings.tls.map { files throws(TLSProblem) in try ServerTLS(files) } } catch {
            throw RelayError("cannot use [server] tls: \(error)")
        }
        options.hosts = HostPolicy(
            allowedHosts: settings.allowedHosts + settings.listen.compactMap(\.hostName),
            allowedOrigins: settings.allowedOrigins)
        options.writeBufferWaterMark = .init(low: 8 << 10, high: hub.settings.maxPendingBytes)
        let routes = RelayRoutes.table(
            hub: hub, history: history, facts: report.facts, marks: marks, assets: AssetStore(assets),
            sessions: report.sessions, debugEcho: settings.debugEcho, more: more)
        let addresses = try HandedListeners(.ofThisProcess).addresses(for: settings)
        do {
            return try await HTTPServer.start(
                on: addresses, group: groups.web, routes: routes, options: options, logger: logger)
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

extension ListenAddress {
    /// The name that is listened on, which requests may carry.
    fileprivate var hostName: String? {
        switch self {
        case .tcp(let host, _): host
        case .unix: nil
        }
    }
}

extension HistoryLimits {
    /// The limits of the configuration.
    init(_ settings: HistorySettings) {
        self.init(
            maxTime: settings.maxTime, maxSearched: settings.maxSearched, maxResults: settings.maxResults,
            maxOpen: settings.maxOpen)
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
