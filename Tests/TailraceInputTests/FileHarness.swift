import CLinux
import Foundation
import Glibc
import Logging
import Synchronization
import TailraceCodec
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

/// A folder that goes with the test.
final class LogFolder {
    let path: String

    init() {
        var template = Array("/tmp/tailrace-file-XXXXXX".utf8CString)
        self.path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func path(_ name: String) -> String { "\(self.path)/\(name)" }

    func append(_ text: String, to name: String) {
        let handle = open(self.path(name), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(handle) }
        writeAll(text, to: handle)
    }

    func write(_ text: String, to name: String) {
        let handle = open(self.path(name), O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(handle) }
        writeAll(text, to: handle)
    }

    func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: self.path(name)) ?? Data(), as: UTF8.self)
    }

    func rename(_ old: String, _ new: String) { _ = Glibc.rename(self.path(old), self.path(new)) }
    func remove(_ name: String) { _ = unlink(self.path(name)) }
    func truncate(_ name: String) { _ = Glibc.truncate(self.path(name), 0) }
    func link(_ target: String, _ name: String) { _ = symlink(target, self.path(name)) }
    func makeFolder(_ name: String) { _ = mkdir(self.path(name), 0o755) }

    /// Returns when files that are created now are born later than `name`: the kernel stamps them once per tick.
    func waitForNextTick(after name: String) {
        let files = SystemFiles()
        func birth(_ name: String) -> Int64 {
            (try? files.facts(of: FilePath(self.path(name)), followingLinks: false))?.birth ?? .max
        }
        repeat {
            self.remove("tick")
            self.append("", to: "tick")
        } while birth("tick") <= birth(name)
        self.remove("tick")
    }

    /// What logrotate's `copytruncate` does, in its two steps.
    func copyTruncate(_ name: String, to copy: String, between: () -> Void = {}) {
        self.write(self.read(name), to: copy)
        between()
        self.truncate(name)
    }
}

func writeAll(_ text: String, to handle: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}

/// Takes batches as the log does: events and checkpoints together or not at all.
final class LedgerSink: EventSink {
    struct Line: Sendable, Hashable {
        var text: String
        var file: String
    }

    struct Content: Sendable {
        var lines: [Line] = []
        /// Of the lines, as JSON.
        var fields: [String] = []
        var gaps: [String] = []
        var checkpoints: [String: [UInt8]] = [:]
        var submits = 0
        var isClosed = false
        /// Submits that are taken before it closes by itself.
        var submitsLeft: Int?
    }

    private let content = Mutex(Content())
    private let arrival = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

    deinit { close(self.arrival) }

    var state: Content { self.content.withLock { $0 } }
    var lines: [String] { self.state.lines.map(\.text) }
    var gaps: [String] { self.state.gaps }

    var rhythm: Duration { .zero }

    func submit(_ batch: EventBatch, checkpoints: [Checkpoint]) throws(SinkClosed) {
        let isTaken = self.content.withLock { content in
            guard !content.isClosed, content.submitsLeft != 0 else { return false }
            content.submitsLeft = content.submitsLeft.map { $0 - 1 }
            for index in 0..<batch.count {
                let fields = batch.fields(at: index)
                if fields.contains("\"gap\":{") {
                    content.gaps.append(fields)
                } else {
                    content.fields.append(fields)
                    content.lines.append(Line(text: batch.message(at: index), file: Self.file(in: fields)))
                }
            }
            for checkpoint in checkpoints { content.checkpoints[checkpoint.key] = checkpoint.value }
            content.submits += 1
            return true
        }
        guard isTaken else { throw SinkClosed() }
        _ = eventfd_write(self.arrival, 1)
    }

    /// From now on nothing is taken, as after `kill -9`.
    func close(_ isClosed: Bool = true) { self.content.withLock { $0.isClosed = isClosed } }

    /// Takes so many batches more, and then none; nil for all.
    func close(after submits: Int?) { self.content.withLock { $0.submitsLeft = submits } }

    /// Waits until the condition holds; false when the deadline passes first.
    func waits(seconds: Double = 20, until condition: (Content) -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition(self.state) {
            guard ContinuousClock.now < deadline else { return false }
            var entry = pollfd(fd: self.arrival, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, 100)
            var count: UInt64 = 0
            _ = eventfd_read(self.arrival, &count)
        }
        return true
    }

    private func close(_ handle: Int32) { _ = Glibc.close(handle) }

    private static func file(in fields: String) -> String {
        guard let start = fields.range(of: "\"file\":\"") else { return "" }
        return String(fields[start.upperBound...].prefix { $0 != "\"" })
    }
}

func fileContext(_ sink: LedgerSink, stop: StopSignal = StopSignal(), status: InputStatus = InputStatus())
    -> InputContext
{
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return InputContext(
        name: "files", host: "host", checkpoints: sink.state.checkpoints, stop: stop, status: status, logger: logger)
}

func fileOptions(_ paths: [String], _ more: [String: OptionValue] = [:]) -> OptionTable {
    var values = more
    values["paths"] = .strings(paths)
    if values["format"] == nil { values["format"] = .string("plain") }
    return OptionTable(values: values)
}

/// Drives a tailer by hand: no thread, no waiting, a clock that is set forward.
final class SteppedTailer {
    let sink: LedgerSink
    let status = InputStatus()
    private let tailer: FileTailer
    private let clock: ManualClock

    final class ManualClock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { self.time.withLock { $0 } }
        func advance(_ time: Duration) { self.time.withLock { $0 += time } }
    }

    init(
        _ paths: [String], _ more: [String: OptionValue] = ["from": .string("start")], sink: LedgerSink,
        files: any FileSystem = SystemFiles(), isPolling: Bool = false, chunkBytes: Int? = nil,
        maxNeighbours: Int? = nil
    ) throws {
        let table = fileOptions(paths, more)
        let clock = ManualClock()
        self.sink = sink
        self.clock = clock
        self.tailer = FileTailer(
            options: try FileOptions(table), codec: try .init(table), context: fileContext(sink, status: self.status),
            files: files, sink: sink,
            watches: WatchTable(
                isPolling ? nil : try FileWatch(), limitation: isPolling ? "polling" : nil, files: files),
            now: { clock.now })
        if let chunkBytes {
            self.tailer.chunkBytes = chunkBytes
            self.tailer.shareBytes = 2 * chunkBytes
        }
        if let maxNeighbours { self.tailer.maxNeighbours = maxNeighbours }
        try self.tailer.begin()
        try self.settle()
    }

    /// Takes turns until there is nothing left to do.
    func settle() throws {
        repeat { try self.step() } while !self.tailer.queue.isEmpty || self.tailer.needsScan
    }

    /// One turn, which may leave something to do; every line must be accounted for behind it.
    func step() throws {
        try self.tailer.turn()
        let status = self.status.snapshot
        guard status.lines.adds(upTo: status.events) else { throw HarnessProblem("lines are missing: \(status)") }
    }

    func advance(_ time: Duration) throws {
        self.clock.advance(time)
        try self.settle()
        try self.settle()
    }

    var openFiles: Int { self.tailer.openFiles }
    var followedFiles: Int { self.tailer.filesByKey.count }
}

/// A file input on a thread of its own, as in the relay.
final class RunningFileInput {
    let stop = StopSignal()
    let status = InputStatus()
    private let done = DispatchSemaphore(value: 0)

    init(_ paths: [String], _ more: [String: OptionValue] = ["from": .string("start")], sink: LedgerSink) throws {
        let input = try FileInput(
            options: fileOptions(paths, more), context: fileContext(sink, stop: self.stop, status: self.status))
        let done = self.done
        Thread.detachNewThread {
            try? input.run(into: sink)
            done.signal()
        }
    }

    func finish() {
        self.stop.stop()
        self.done.wait()
    }
}
