import CLinux
import Glibc
import Synchronization
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StdinInputTests {
    private let stops = StopCount()

    private final class StopCount: Sendable {
        let value = Atomic<Int>(0)
    }

    private func start(
        _ descriptor: Int32, atEnd: String = "keep", sink: RecordingSink = RecordingSink()
    ) throws -> RunningInput {
        let table = OptionTable.of(["at_end": .string(atEnd), "format": .string("plain")])
        let stops = self.stops
        return try RunningInput(sink: sink) {
            try StdinInput(options: table, context: $0, descriptor: descriptor) {
                stops.value.add(1, ordering: .relaxed)
            }
        }
    }

    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        _ = pipe2(&ends, O_CLOEXEC)
        return (ends[0], ends[1])
    }

    private func write(_ text: String, to descriptor: Int32) {
        _ = Glibc.write(descriptor, text, text.utf8.count)
    }

    @Test(arguments: ["keep", "stop"])
    func `lines are read to the end, then the input is stopped`(atEnd: String) async throws {
        let ends = self.pipe()
        defer { close(ends.read) }
        let input = try self.start(ends.read, atEnd: atEnd)
        self.write("one\ntwo\nunfinished", to: ends.write)
        close(ends.write)
        #expect(await input.end() == nil)
        #expect(input.sink.recorded.messages == ["one", "two", "unfinished"])
        let status = input.context.status.snapshot
        #expect(status.state == .stopped && status.bytes == 18 && status.events == 3)
        #expect(status.reason?.contains("has ended") == true)
        #expect(self.stops.value.load(ordering: .relaxed) == (atEnd == "stop" ? 1 : 0))
    }

    @Test func `a relay that stops does not wait for the end, and takes what it has of a line`() async throws {
        let ends = self.pipe()
        defer {
            close(ends.read)
            close(ends.write)
        }
        let input = try self.start(ends.read, atEnd: "stop")
        self.write("one\ntw", to: ends.write)
        _ = await input.sink.wait(events: 1)
        #expect(await input.stop() == nil)
        #expect(input.sink.recorded.messages == ["one", "tw"])
        #expect(self.stops.value.load(ordering: .relaxed) == 0)
    }

    @Test func `a writer waits while the log holds back`() async throws {
        let sink = RecordingSink()
        sink.change { $0.isHeld = true }
        let ends = self.pipe()
        defer { close(ends.read) }
        let input = try self.start(ends.read, sink: sink)
        let text = (0..<20_000).map { "line \($0) with some more\n" }.joined()
        let writer = Task.detached {
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(ends.write, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                bytes = bytes.dropFirst(count)
            }
            close(ends.write)
        }
        #expect(sink.recorded.batch.isEmpty)
        sink.change { $0.isHeld = false }
        await writer.value
        #expect(await input.end() == nil)
        #expect(sink.recorded.batch.count == 20_000)
    }
}
