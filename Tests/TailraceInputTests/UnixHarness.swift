import CLinux
import Foundation
import Glibc
import Logging
import Synchronization
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// Keeps what an input submits, and wakes whoever waits for it.
final class RecordingSink: EventSink {
    struct Recorded: Sendable {
        var batch = EventBatch()
        var checkpoints: [Checkpoint] = []
        var submissions = 0
        /// Times a submission was refused because the relay was said to stop.
        var isClosed = false
        /// While true, `submit` blocks.
        var isHeld = false

        var messages: [String] { self.batch.records.indices.map { self.batch.message(at: $0) } }
        var checkpoint: [UInt8]? { self.checkpoints.last?.value }

        func object(at index: Int) throws -> [String: any Sendable] {
            let value = try JSONSerialization.jsonObject(with: Data(self.batch.fields(at: index).utf8))
            guard let object = value as? [String: any Sendable] else { throw HarnessProblem("fields are no object") }
            return object
        }
    }

    private struct Waiter {
        var id: Int
        var isMet: @Sendable (Recorded) -> Bool
        var continuation: CheckedContinuation<Recorded, Never>
    }

    private let state = Mutex((recorded: Recorded(), waiters: [Waiter](), lastID: 0))
    private let gate = NSCondition()

    var recorded: Recorded { self.state.withLock { $0.recorded } }

    var rhythm: Duration { .zero }

    func submit(_ batch: EventBatch, checkpoints: [Checkpoint]) throws(SinkClosed) {
        self.gate.lock()
        while self.state.withLock({ $0.recorded.isHeld && !$0.recorded.isClosed }) { self.gate.wait() }
        self.gate.unlock()
        let (accepted, met) = self.state.withLock { state -> (Bool, [Waiter]) in
            guard !state.recorded.isClosed else { return (false, []) }
            state.recorded.batch.append(batch)
            state.recorded.checkpoints += checkpoints
            state.recorded.submissions += 1
            let recorded = state.recorded
            let met = state.waiters.filter { $0.isMet(recorded) }
            state.waiters.removeAll { $0.isMet(recorded) }
            return (true, met)
        }
        let recorded = self.recorded
        for waiter in met { waiter.continuation.resume(returning: recorded) }
        if !accepted { throw SinkClosed() }
    }

    /// What is there when that is met, or when the test has taken too long.
    func wait(until isMet: @escaping @Sendable (Recorded) -> Bool) async -> Recorded {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = self.state.withLock { state -> Recorded? in
                    if isMet(state.recorded) || Task.isCancelled { return state.recorded }
                    state.waiters.append(Waiter(id: id, isMet: isMet, continuation: continuation))
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let (recorded, given) = self.state.withLock { state in
                let given = state.waiters.filter { $0.id == id }
                state.waiters.removeAll { $0.id == id }
                return (state.recorded, given)
            }
            for waiter in given { waiter.continuation.resume(returning: recorded) }
        }
    }

    func wait(events: Int) async -> Recorded { await self.wait { $0.batch.count >= events } }

    func change(_ change: (inout Recorded) -> Void) {
        self.gate.lock()
        self.state.withLock { change(&$0.recorded) }
        self.gate.broadcast()
        self.gate.unlock()
    }
}

struct HarnessProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// An input that runs on a thread of its own, as the relay would run it.
final class RunningInput: Sendable {
    let sink: RecordingSink
    let context: InputContext
    private let outcome = Mutex<(error: String?, isDone: Bool, waiter: CheckedContinuation<String?, Never>?)>(
        (nil, false, nil))

    init(
        sink: RecordingSink = RecordingSink(), checkpoints: [String: [UInt8]] = [:], name: String = "apps",
        make: (InputContext) throws -> any Input
    ) throws {
        self.sink = sink
        self.context = InputContext(
            name: name, host: "here", checkpoints: checkpoints, stop: StopSignal(), status: InputStatus(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let input = try make(self.context)
        Thread.detachNewThread {
            var problem: String?
            do { try input.run(into: sink) } catch { problem = "\(error)" }
            let waiter = self.outcome.withLock { outcome in
                outcome.error = problem
                outcome.isDone = true
                return outcome.waiter
            }
            waiter?.resume(returning: problem)
        }
    }

    /// Waits for the end of `run`; the error that it threw, if any. By then every line must be accounted for.
    func end(at place: SourceLocation = #_sourceLocation) async -> String? {
        let problem = await self.ended()
        let status = self.context.status.snapshot
        #expect(status.lines.adds(upTo: status.events), "\(status)", sourceLocation: place)
        return problem
    }

    private func ended() async -> String? {
        await withCheckedContinuation { continuation in
            let done = self.outcome.withLock { outcome -> Bool in
                if !outcome.isDone { outcome.waiter = continuation }
                return outcome.isDone
            }
            if done { continuation.resume(returning: self.outcome.withLock { $0.error }) }
        }
    }

    @discardableResult
    func stop(at place: SourceLocation = #_sourceLocation) async -> String? {
        self.context.stop.stop()
        return await self.end(at: place)
    }

    /// Looks at the status until it is as wanted; the status announces no changes.
    func status(is isMet: (InputStatus.Snapshot) -> Bool) async throws -> InputStatus.Snapshot {
        while true {
            let snapshot = self.context.status.snapshot
            if isMet(snapshot) { return snapshot }
            if self.outcome.withLock({ $0.isDone }) { throw HarnessProblem("the input ended: \(snapshot)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A folder that goes away with the test.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/tailrace-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw HarnessProblem("mkdtemp failed: \(errno)") }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}

extension OptionTable {
    static func of(_ values: [String: OptionValue]) -> OptionTable { OptionTable(values: values) }
}

/// A client's side of a Unix socket.
final class UnixClient: Sendable {
    let descriptor: Int32

    init(_ path: String, type: Int32 = Int32(SOCK_STREAM.rawValue)) throws {
        self.descriptor = socket(AF_UNIX, type, 0)
        guard Self.withAddress(path, { connect(self.descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(self.descriptor)
            throw HarnessProblem("connect to \(path) failed: \(code)")
        }
    }

    deinit { Glibc.close(self.descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        repeat {
            let count = bytes.withUnsafeBytes {
                write(self.descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent)
            }
            guard count >= 0 else { throw HarnessProblem("send failed: \(errno)") }
            sent += count
        } while sent < bytes.count
    }

    func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    /// Waits until the other side has closed the connection.
    func isClosedByPeer(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        var byte = UInt8(0)
        return poll(&entry, 1, milliseconds) > 0 && read(self.descriptor, &byte, 1) <= 0
    }

    static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
