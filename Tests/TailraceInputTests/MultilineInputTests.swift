import CLinux
import Foundation
import Glibc
import TailraceCodec
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// Events of several lines over inputs that can't be read again: sockets, standard input, commands.
@Suite(.timeLimit(.minutes(5)))
struct MultilineInputTests {
    private let folder: ScratchFolder
    private var path: String { self.folder.path + "/in.sock" }

    init() throws { self.folder = try ScratchFolder() }

    /// A line that begins with S begins an event.
    private func options(
        timeout: Duration = .seconds(30), _ more: [String: OptionValue] = [:], format: String = "plain"
    ) -> OptionTable {
        var rule: [String: OptionValue] = ["start": .string("^S"), "timeout": .duration(timeout)]
        rule.merge(more) { $1 }
        return .of(["format": .string(format), "multiline": .table(OptionTable(values: rule))])
    }

    private func exec(_ script: String, _ options: OptionTable) throws -> RunningInput {
        var options = options
        options.values["command"] = .strings(["/bin/sh", "-c", script])
        options.values["restart"] = .string("never")
        let executable = try JournalHarness.executable()
        return try RunningInput { try ExecInput(options: options, context: $0, executable: executable) }
    }

    private func stdin(_ descriptor: Int32, _ options: OptionTable) throws -> RunningInput {
        try RunningInput { try StdinInput(options: options, context: $0, descriptor: descriptor) {} }
    }

    private func unix(_ options: OptionTable, mode: String = "stream") async throws -> RunningInput {
        var options = options
        options.values["path"] = .string(self.path)
        options.values["mode"] = .string(mode)
        let input = try RunningInput { try UnixInput(options: options, context: $0) }
        _ = try await input.status { $0.state == .reading }
        return input
    }

    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        _ = pipe2(&ends, O_CLOEXEC)
        return (ends[0], ends[1])
    }

    private func write(_ text: String, to descriptor: Int32) { _ = Glibc.write(descriptor, text, text.utf8.count) }

    /// The messages of a stream of a command.
    private func messages(_ recorded: RecordingSink.Recorded, of stream: String) throws -> [String] {
        try recorded.messages.indices.filter { try recorded.object(at: $0)["stream"] as? String == stream }
            .map { recorded.messages[$0] }
    }

    // MARK: Commands

    @Test func `X5 the lines of a command are joined in each stream by itself`() async throws {
        let input = try self.exec(
            """
            for i in 1 2 3; do
              echo "S out $i"; echo "S err $i" >&2; echo "  a $i"; echo "  b $i" >&2; echo "  c $i"
            done
            """, self.options())
        #expect(await input.end() == nil)
        let recorded = input.sink.recorded
        #expect(try self.messages(recorded, of: "stdout") == (1...3).map { "S out \($0)\n  a \($0)\n  c \($0)" })
        #expect(try self.messages(recorded, of: "stderr") == (1...3).map { "S err \($0)\n  b \($0)" })
        let lines = input.context.status.snapshot.lines
        #expect(lines.lines == 15 && lines.joined == 9 && lines.told == 1 && lines.waiting == 0)
        #expect(recorded.messages.last?.hasPrefix("The command ended") == true)
    }

    @Test func `a command's last event leaves when nothing more comes, while it runs on`() async throws {
        let input = try self.exec(
            "echo 'S one'; echo '  two'; echo 'S err' >&2; exec sleep 1000", self.options(timeout: .milliseconds(50)))
        let recorded = await input.sink.wait(events: 2)
        #expect(try self.messages(recorded, of: "stdout") == ["S one\n  two"])
        #expect(try self.messages(recorded, of: "stderr") == ["S err"])
        await input.stop()
    }

    @Test func `a command's event over the limit is cut, says so and is counted`() async throws {
        let input = try self.exec(
            "echo S; for i in 1 2 3 4; do echo x$i; done", self.options(["max_lines": .integer(2)]))
        #expect(await input.end() == nil)
        let recorded = input.sink.recorded
        #expect(recorded.messages.dropLast() == ["S\nx1", "x2\nx3", "x4"])
        #expect(try (0..<3).map { try recorded.object(at: $0)["join_part"] as? Int } == [nil, 2, 3])
        #expect(input.context.status.snapshot.cutGroups == 2)
    }

    // MARK: Standard input

    @Test func `lines of standard input are joined, and the last event is told at its end`() async throws {
        let ends = self.pipe()
        defer { close(ends.read) }
        let input = try self.stdin(ends.read, self.options())
        self.write("S one\n  two\nS three\n  fo", to: ends.write)
        #expect(await input.sink.wait(events: 1).messages == ["S one\n  two"])
        self.write("ur", to: ends.write)
        close(ends.write)
        #expect(await input.end() == nil)
        #expect(input.sink.recorded.messages == ["S one\n  two", "S three\n  four"])
    }

    @Test func `an event of standard input waits no longer than it is told to`() async throws {
        let ends = self.pipe()
        defer {
            close(ends.read)
            close(ends.write)
        }
        let input = try self.stdin(ends.read, self.options(timeout: .milliseconds(50)))
        self.write("S one\n  two\n", to: ends.write)
        #expect(await input.sink.wait(events: 1).messages == ["S one\n  two"])
        self.write("  late\n", to: ends.write)
        #expect(await input.sink.wait(events: 2).messages.last == "  late")
        await input.stop()
    }

    @Test func `a relay that stops in the middle of an event tells what it has of it`() async throws {
        let ends = self.pipe()
        defer {
            close(ends.read)
            close(ends.write)
        }
        let input = try self.stdin(ends.read, self.options())
        self.write("S one\n  two\n  th", to: ends.write)
        _ = try await input.status { $0.lines.waiting == 1 }
        #expect(await input.stop() == nil)
        #expect(input.sink.recorded.messages == ["S one\n  two\n  th"])
    }

    // MARK: Sockets

    @Test func `connections wait for their own lines, each as long as it is told to`() async throws {
        let input = try await self.unix(self.options(timeout: .milliseconds(300)))
        let quiet = try UnixClient(self.path)
        let busy = try UnixClient(self.path)
        try quiet.send("S quiet\n")
        for number in 0..<3 {
            try busy.send("S busy\n")
            try busy.send("  \(number)\n")
        }
        let recorded = await input.sink.wait(events: 4)
        #expect(recorded.messages.filter { $0.hasPrefix("S busy") } == (0..<3).map { "S busy\n  \($0)" })
        #expect(recorded.messages.contains("S quiet"))
        try quiet.send("  late\n")
        #expect(await input.sink.wait(events: 5).messages.last == "  late")
        await input.stop()
    }

    @Test(arguments: ["stream", "datagram", "seqpacket"])
    func `what waits when the relay stops is told`(mode: String) async throws {
        let input = try await self.unix(self.options(), mode: mode)
        let types = ["stream": SOCK_STREAM, "datagram": SOCK_DGRAM, "seqpacket": SOCK_SEQPACKET]
        let client = try UnixClient(self.path, type: Int32(try #require(types[mode]).rawValue))
        try client.send("S one\n")
        try client.send("  two\n")
        #expect(await input.stop() == nil)
        #expect(input.sink.recorded.messages == ["S one\n  two"])
    }

    @Test func `of too many events that wait the oldest goes on without`() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let most = Multiline.maxOpen + 6
        try #require(limit.rlim_max > UInt(3 * most), "too few descriptors here to try")
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var options = self.options()
        options.values["max_connections"] = .integer(8192)
        let input = try await self.unix(options)
        var clients: [UnixClient] = []
        for number in 0..<most {
            let client = try UnixClient(self.path)
            try client.send("S \(number)\n")
            clients.append(client)
        }
        let recorded = await input.sink.wait(events: 6)
        #expect(recorded.batch.count == 6)
        #expect(try (0..<6).allSatisfy { try recorded.object(at: $0)["join_cut"] as? String == "max_open" })
        let status = try await input.status { $0.cutGroups == 6 }
        #expect(status.lines.waiting == UInt64(Multiline.maxOpen))
        #expect(await input.stop() == nil)
        #expect(input.sink.recorded.batch.count == most)
    }

    // MARK: What never ends

    /// A container's runtime began a line and never ended it: told after five seconds, and at the end.
    private static let piece = "2026-11-22T07:35:12.1Z stdout P begun\n"

    @Test func `a line whose rest never comes is counted as cut, on every path`() async throws {
        let ends = self.pipe()
        defer {
            close(ends.read)
            close(ends.write)
        }
        let options = self.options(format: "cri")
        let unix = try await self.unix(options)
        let stdin = try self.stdin(ends.read, options)
        let exec = try self.exec("printf '\(Self.piece.dropLast())\\n'; exec sleep 1000", options)
        let client = try UnixClient(self.path)
        try client.send(Self.piece)
        self.write(Self.piece, to: ends.write)
        for input in [unix, stdin, exec] {
            #expect(await input.sink.wait(events: 1).messages == ["begun"])
            _ = try await input.status { $0.cutGroups == 1 }
        }
        // Once more, ended by the relay's stop.
        try client.send(Self.piece)
        self.write(Self.piece, to: ends.write)
        for input in [unix, stdin] {
            _ = try await input.status { $0.lines.waiting == 1 }
            await input.stop()
            #expect(input.context.status.snapshot.cutGroups == 2)
        }
        await exec.stop()
    }
}
