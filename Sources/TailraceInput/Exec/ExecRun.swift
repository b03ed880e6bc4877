import CLinux
import Glibc
import Logging
import TailraceCodec
import TailraceEvent

/// One run of a command, from its start until nothing of it is left.
///
/// The run lasts as long as the command itself or anything that it started holds its output. Then whatever else it left
/// behind is ended.
final class ExecRun {
    private struct Stream {
        var descriptor: Int32
        var lines: LineReader
        var fields: [UInt8]
        var isOpen = true
    }

    private let context: InputContext
    private let sink: any EventSink
    private var streams: [Stream]
    private let control: Int32
    private var isControlOpen = true
    private var reports: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: ExecRun.readBytes)
    private var isEnding = false
    /// The command's process, while it runs.
    private(set) var main: pid_t?
    private(set) var end: ExecEnd?

    private static let readBytes = 65_536
    /// Longer than any report of the keeper.
    private static let maxReportBytes = 64

    init(_ process: borrowing ExecProcess, codec: CodecOptions, context: InputContext, sink: any EventSink) {
        self.context = context
        self.sink = sink
        self.control = process.control.number
        self.streams = [(process.output.number, "stdout"), (process.errors.number, "stderr")].map { number, name in
            Stream(
                descriptor: number, lines: LineReader(options: codec, isOrdered: false),
                fields: Array("\"stream\":\"\(name)\"".utf8))
        }
    }

    /// Reads until all of it has ended.
    func run() throws(SinkClosed) {
        while self.isControlOpen || self.streams.contains(where: \.isOpen) {
            if !self.isEnding, self.context.stop.isStopped || self.isOutputDone {
                self.endCommand()
            }
            let ready = self.wait()
            var batch = EventBatch()
            var bytes = 0
            for index in self.streams.indices where ready.contains(self.streams[index].descriptor) {
                bytes += self.read(index, into: &batch)
            }
            if ready.contains(self.control) { self.readReports() }
            if !self.isControlOpen { for index in self.streams.indices { bytes += self.read(index, into: &batch) } }
            self.finishDue(into: &batch)
            if !batch.isEmpty { try self.sink.submit(batch, checkpoints: []) }
            self.context.status.counted(events: batch.count, bytes: bytes, self.takeCounts(), at: .now())
        }
    }

    /// Tells the keeper to end all that the command has started.
    func endCommand() {
        self.isEnding = true
        shutdown(self.control, Int32(SHUT_WR))
    }

    /// The command has ended and nobody holds its output.
    private var isOutputDone: Bool { self.end != nil && !self.streams.contains(where: \.isOpen) }

    /// The descriptors that have something.
    private func wait() -> Set<Int32> {
        var watched = self.streams.filter(\.isOpen).map(\.descriptor)
        if self.isControlOpen { watched.append(self.control) }
        // Once told to stop, the signal would be ready all the time.
        if !self.isEnding { watched.append(self.context.stop.descriptor) }
        var entries = watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let due = self.streams.compactMap(\.lines.deadline).min()
        guard poll(&entries, nfds_t(entries.count), due?.pollTimeout ?? -1) > 0 else { return [] }
        return Set(entries.filter { $0.revents != 0 }.map(\.fd))
    }

    /// One piece: the other stream gets its turn too. Once the keeper is gone what is left is the last.
    private func read(_ index: Int, into batch: inout EventBatch) -> Int {
        guard self.streams[index].isOpen else { return 0 }
        let context = self.lineContext(index, in: &batch)
        let count = Glibc.read(self.streams[index].descriptor, &self.buffer, self.buffer.count)
        if count > 0 {
            let bytes = self.buffer
            self.streams[index].lines.take(bytes.span.extracting(0..<count), context, into: &batch)
            return count
        }
        let isOver = count == 0 || !self.isControlOpen || (errno != EAGAIN && errno != EINTR)
        guard isOver else { return 0 }
        self.streams[index].lines.finish(context, into: &batch)
        self.streams[index].isOpen = false
        return 0
    }

    /// Hands on the events that have waited long enough for further lines.
    private func finishDue(into batch: inout EventBatch) {
        for index in self.streams.indices {
            guard let deadline = self.streams[index].lines.deadline, deadline <= .now else { continue }
            self.streams[index].lines.finishDue(self.lineContext(index, in: &batch), into: &batch)
        }
    }

    private func takeCounts() -> LineCounts {
        var counts = LineCounts()
        for index in self.streams.indices { counts.add(self.streams[index].lines.takeCounts()) }
        return counts
    }

    private func lineContext(_ index: Int, in batch: inout EventBatch) -> LineContext {
        let origin = batch.origin(Origin(source: self.context.name, host: self.context.host))
        return LineContext(received: .now(), now: .now, origin: origin, fields: self.streams[index].fields)
    }

    // MARK: The keeper

    private func readReports() {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(self.control, &bytes, bytes.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            self.isControlOpen = false
            self.isEnding = true
            if self.end == nil { self.end = .unknown }
            return
        }
        self.reports += bytes[..<count]
        while let newline = self.reports.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: self.reports[..<newline], as: UTF8.self)
            self.reports.removeFirst(newline + 1)
            if let report = ExecReport(line: line) { self.take(report) }
        }
        if self.reports.count > Self.maxReportBytes { self.reports.removeAll() }
    }

    private func take(_ report: ExecReport) {
        switch report {
        case .started(let pid):
            self.main = pid
            self.context.status.update {
                $0.state = .reading
                $0.reason = nil
                $0.positions["pid"] = String(pid)
            }
        case .ended(let end):
            self.main = nil
            self.end = end
            guard self.streams.contains(where: \.isOpen) else { return }
            self.context.status.update {
                $0.positions["pid"] = nil
                $0.reason = "the command \(end); what it started still writes"
            }
        case .failed(let code):
            self.end = .notStarted(code)
        case .killed(let count):
            self.context.logger.warning(
                "processes of the command did not end when told to and were killed", metadata: ["count": "\(count)"])
        }
    }
}
