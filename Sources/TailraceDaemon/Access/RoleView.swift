internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceAccess
internal import TailraceEvent
internal import TailraceHub
internal import TailraceLog
internal import TailraceWeb

/// The events that a role sees, as a log of their own with readers of their own.
///
/// Numbers, positions, counts, gaps, names of fields and what retention took are those of the copy: nothing that its
/// readers are told, on whatever route, is made from what they may not see.
final class RoleView: Sendable {
    /// Events looked at in one transaction.
    private static let maxEventsPerStep = 8192
    /// A place is stored after so many events of which none was seen: it saves looking at them again after a restart.
    private static let maxUnstored: UInt64 = 50_000
    private static let input = "view"
    private static let place = "place"

    private struct State: ~Copyable {
        var matcher: ViewMatcher
        /// The last event of the relay's log that was looked at.
        var cursor: UInt64
        var stored: UInt64
        var isFailing = false
        var hasEnded = false
    }

    let definition: ViewDefinition
    /// Tells views apart, also of one role before and after a change.
    let id: Int
    let log: EventLog
    let hub: Hub
    let sessions = HTTPSessions()
    private let folder: String?
    private let source: EventLog
    private let sync: LogSync?
    private let state: Mutex<State>
    private let isCaughtUp = Atomic<Bool>(false)
    private let behind = Atomic<UInt64>(0)
    private let logger: Logger

    init(
        _ definition: ViewDefinition, id: Int, folder: String?, log: EventLog, source: EventLog, hub: Hub,
        sync: LogSync?, logger: Logger
    ) throws(LogError) {
        self.definition = definition
        self.id = id
        self.folder = folder
        self.log = log
        self.source = source
        self.hub = hub
        self.sync = sync
        self.logger = logger
        let cursor = try Self.cursor(log, source) ?? 0
        self.state = Mutex(State(matcher: definition.makeMatcher(), cursor: cursor, stored: cursor))
    }

    /// Up to where a copy has come; nil if it is of another log, or the log has lost what the copy has.
    static func cursor(_ log: EventLog, _ source: EventLog) throws(LogError) -> UInt64? {
        guard let text = try log.checkpoints(of: Self.input)[Self.place],
            let position = Position(String(decoding: text, as: UTF8.self)),
            let resumption = try? source.resume(from: position)
        else { return nil }
        switch resumption.missing?.reason {
        case .powerLoss?, .unknownEpoch?, .damaged?: return nil
        case .evicted?, nil: return position.seq
        }
    }

    /// False until it has all that was there when it was made.
    var isReady: Bool { self.isCaughtUp.load(ordering: .acquiring) }
    /// Events of the relay's log that were not looked at yet.
    var lag: UInt64 { self.behind.load(ordering: .relaxed) }

    /// Looks at what came; true if there is more. Called by one thread.
    func advance() -> Bool {
        self.state.withLock { state in
            guard !state.hasEnded else { return false }
            do throws(LogError) {
                let isBehind = try self.step(&state)
                if state.isFailing { self.logger.notice("A view is written again", metadata: self.metadata) }
                state.isFailing = false
                return isBehind
            } catch {
                if !state.isFailing {
                    let reason: Logger.Metadata = ["reason": "\(error)"]
                    self.logger.error("A view can't be written", metadata: self.metadata.merging(reason) { $1 })
                }
                state.isFailing = true
                return false
            }
        }
    }

    private var metadata: Logger.Metadata { ["role": "\(self.definition.role)"] }

    private func step(_ state: inout State) throws(LogError) -> Bool {
        let head = self.source.head
        var batch = EventBatch()
        var cursor = state.cursor
        switch try self.source.read(after: cursor, through: head, maxEvents: Self.maxEventsPerStep) {
        case .atEnd: break
        case .slices(let slices):
            for slice in slices {
                state.matcher.take(
                    from: slice.block.batch, in: slice.range, firstSeq: slice.firstSeq, into: &batch)
                cursor = slice.lastSeq
            }
        case .missing(_, let through, let reason):
            // How many of them the role would have seen, nobody knows.
            if cursor > 0 { Self.tell(reason, in: &batch, host: self.hub.facts.host) }
            cursor = through
        }
        if !batch.isEmpty || cursor - state.stored >= Self.maxUnstored {
            let text = Array(self.source.position(of: cursor).description.utf8)
            let blocks = try self.log.append(
                batch, checkpoints: [Checkpoint(input: Self.input, key: Self.place, value: text)])
            state.stored = cursor
            if !blocks.isEmpty { self.hub.publish(blocks) }
            try self.log.copyWriteAheadLogIfGrown()
        }
        state.cursor = cursor
        self.behind.store(head - min(head, cursor), ordering: .relaxed)
        if cursor >= head { self.isCaughtUp.store(true, ordering: .releasing) }
        return cursor < head
    }

    private static func tell(_ reason: MissingReason, in batch: inout EventBatch, host: String) {
        let origin = batch.origin(Origin(source: Mark.source, host: host))
        batch.append(
            SourceGap(
                reason: reason.rawValue, count: nil,
                message: "events left the relay's log before they were looked at for this role"),
            origin: origin, at: .now())
    }

    func tidy() {
        self.state.withLock { state in
            guard !state.hasEnded else { return }
            do { try self.log.tidy() } catch {
                self.logger.error("A view can't be written", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Ends its readers, who may come back; nothing writes to it any more.
    /// - Parameter isForGood: the copy is removed.
    func stop(reason: String, isForGood: Bool) {
        try? self.hub.stop(reason: reason).wait()
        self.sync?.stop()
        self.state.withLock { state in
            state.hasEnded = true
            let text = Array(self.source.position(of: state.cursor).description.utf8)
            _ = try? self.log.append(
                EventBatch(), checkpoints: [Checkpoint(input: Self.input, key: Self.place, value: text)])
        }
        try? self.hub.consumers.close()
        if isForGood, let folder = self.folder { try? FileManager.default.removeItem(atPath: folder) }
        try? self.log.close()
    }
}
