internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceAccess
internal import TailraceEvent
internal import TailraceHub
internal import TailraceLog

/// The views of all roles that have one, and the thread that fills them.
final class RoleViews: Sendable {
    /// What a view is made with beside its definition.
    struct Setting: Sendable {
        var log: EventLog
        var settings: LogSettings
        var maxSize: Int64
        var consumers: ConsumerSettings
        var host: String
    }

    /// The recent end of each copy that is kept in memory.
    private static let memoryBytes = 16 << 20
    private static let tidyMilliseconds = 1000

    private let views = Mutex<[RoleView]>([])
    private let nextID = Atomic<Int>(1)
    private let hasAny = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    private let gate = ThreadGate()
    private let thread = Mutex<RelayThread?>(nil)
    private let loops: (hub: any EventLoop, readers: [any EventLoop], workers: NIOThreadPool)
    private let turns: SearchTurns
    private let facts: HubFacts
    private let logger: Logger

    init(
        hubLoop: any EventLoop, readerLoops: [any EventLoop], workers: NIOThreadPool, turns: SearchTurns,
        facts: HubFacts, logger: Logger
    ) {
        self.turns = turns
        self.loops = (hubLoop, readerLoops, workers)
        self.facts = facts
        self.logger = logger
    }

    var current: [RoleView] { self.views.withLock { $0 } }

    /// The log has new events.
    func wake() { if self.hasAny.load(ordering: .relaxed) { self.gate.open() } }

    // MARK: Which there are

    /// Makes those that are new, before those that are no more end: nothing has changed if it throws.
    func prepare(_ definitions: [ViewPart], _ setting: Setting) throws(LogError) -> [RoleView] {
        let known = self.current
        var views: [RoleView] = []
        do throws(LogError) {
            for part in definitions {
                if let running = known.first(where: { $0.definition == part.definition }) {
                    views.append(running)
                } else {
                    views.append(try self.make(part, setting))
                }
            }
        } catch {
            let begun = views.filter { view in !known.contains { $0 === view } }
            for view in begun { view.stop(reason: "it was not put in force", isForGood: true) }
            throw error
        }
        return views
    }

    /// Puts prepared views in force; returns those that are no more, to be stopped once nobody finds them.
    @discardableResult
    func replace(_ views: [RoleView], _ parts: [ViewPart], setting: Setting) -> [RoleView] {
        for (view, part) in zip(views, parts) {
            view.log.limit(maxBytes: setting.maxSize, maxAge: setting.settings.maxAge, memoryBytes: Self.memoryBytes)
            view.hub.replace(streams: part.streams)
            view.hub.replace(tiles: part.tiles)
            view.hub.consumers.limits = ConsumerLimits(setting.consumers)
        }
        let kept = Set(views.map(\.id))
        let old = self.views.withLock { current in
            defer { current = views }
            return current.filter { !kept.contains($0.id) }
        }
        self.hasAny.store(!views.isEmpty, ordering: .releasing)
        self.thread.withLock { thread in
            if thread == nil, !views.isEmpty { thread = RelayThread("views") { self.run() } }
        }
        self.gate.open()
        return old
    }

    private func make(_ part: ViewPart, _ setting: Setting) throws(LogError) -> RoleView {
        var folder: String?
        if case .folder(let path) = setting.settings.storage {
            folder = path + "/" + Self.folderName + "/" + Self.name(of: part.definition)
        }
        var log = try Self.open(folder, setting)
        if try RoleView.cursor(log, setting.log) == nil, log.head > 0 {
            // A copy of what is no more; it is made again from what there is.
            try? log.close()
            if let folder { try? FileManager.default.removeItem(atPath: folder) }
            log = try Self.open(folder, setting)
        }
        let id = self.nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        let consumers = Consumers(
            try log.storedConsumers().consumers, log: log, workers: self.loops.workers,
            limits: ConsumerLimits(setting.consumers))
        let facts = self.facts
        let hub = Hub(
            log: log, streams: part.streams, executorLoop: self.loops.hub, readerLoops: self.loops.readers,
            workers: self.loops.workers, turns: self.turns,
            facts: HubFacts(
                version: facts.version, host: facts.host, sources: { [] },
                // Why a file is not in force is for administrators.
                configuration: { HubFacts.Configuration(generation: facts.configuration().generation, problem: nil) }),
            rhythm: Rhythm(), settings: Hub.Settings(), panels: part.tiles, consumers: consumers, logger: self.logger)
        hub.start()
        let sync = LogSync.start(log, setting.settings.sync, logger: self.logger)
        return try RoleView(
            part.definition, id: id, folder: folder, log: log, source: setting.log, hub: hub, sync: sync,
            logger: self.logger)
    }

    private static let folderName = "views"

    /// Another definition has another folder, so that nothing of the old one is taken up.
    private static func name(of definition: ViewDefinition) -> String {
        "\(definition.role)-" + AccessToken.hash(of: definition.key).suffix(16)
    }

    private static func open(_ folder: String?, _ setting: Setting) throws(LogError) -> EventLog {
        let sync: EventLog.Settings.Sync =
            switch setting.settings.sync {
            case .group(let interval): .group(interval)
            case .always: .always
            case .never: .never
            }
        return try EventLog(
            settings: .init(
                path: folder, maxBytes: setting.maxSize, maxAge: setting.settings.maxAge, sync: sync,
                memoryBytes: Self.memoryBytes))
    }

    /// Removes copies of an earlier configuration: what they hold is in the log, as far as anybody may still see it.
    static func removeOthers(than parts: [ViewPart], _ settings: LogSettings) {
        guard case .folder(let path) = settings.storage else { return }
        let folder = path + "/" + Self.folderName
        let kept = Set(parts.map { Self.name(of: $0.definition) })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !kept.contains(name) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    // MARK: Filling them

    private func run() {
        var lastTidy = ContinuousClock.now
        while true {
            let ticket = self.gate.ticket
            let isEnding = self.isEnding.load(ordering: .acquiring)
            var isBehind = false
            for view in self.current { if view.advance() { isBehind = true } }
            if isEnding, !isBehind { return }
            if ContinuousClock.now - lastTidy >= .milliseconds(Self.tidyMilliseconds) {
                lastTidy = .now
                for view in self.current { view.tidy() }
            }
            if !isBehind { self.gate.wait(since: ticket, milliseconds: Self.tidyMilliseconds) }
        }
    }

    /// Takes in what the log has and ends; nothing is written to the log any more.
    func stop(reason: String) {
        self.isEnding.store(true, ordering: .releasing)
        self.gate.open()
        _ = self.thread.withLock { $0 }?.join(milliseconds: 1500)
        for view in self.current { view.stop(reason: reason, isForGood: false) }
    }
}

/// A view as the configuration has it.
struct ViewPart: Sendable {
    var definition: ViewDefinition
    var streams: StreamTable
    var tiles: [PanelDefinition]
}
