import CLinux
import Foundation
import Glibc
import Logging
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

@Suite(.timeLimit(.minutes(5)))
struct UnixInputTests {
    let folder: ScratchFolder
    let path: String

    init() throws {
        self.folder = try ScratchFolder()
        self.path = self.folder.path + "/apps.sock"
    }

    private func start(
        _ options: [String: OptionValue] = [:], sink: RecordingSink = RecordingSink()
    ) async throws -> RunningInput {
        var table = OptionTable.of(options)
        table.values["path"] = table.values["path"] ?? .string(self.path)
        table.values["format"] = .string("plain")
        let input = try RunningInput(sink: sink) { try UnixInput(options: table, context: $0) }
        _ = try await input.status { $0.state == .reading }
        return input
    }

    private func failure(_ options: [String: OptionValue] = [:]) async throws -> String? {
        var table = OptionTable.of(options)
        table.values["path"] = table.values["path"] ?? .string(self.path)
        return await (try RunningInput { try UnixInput(options: table, context: $0) }).end()
    }

    private func facts(_ path: String) -> stat {
        var facts = stat()
        lstat(path, &facts)
        return facts
    }

    // MARK: Reading

    @Test func `S5 each line of a connection becomes an event that names its writer`() async throws {
        let input = try await self.start()
        let client = try UnixClient(self.path)
        try client.send("one\ntwo\nthr")
        try client.send("ee\n")
        let recorded = await input.sink.wait(events: 3)
        #expect(recorded.messages == ["one", "two", "three"])
        let fields = try recorded.object(at: 0)
        #expect(fields["pid"] as? Int == Int(getpid()))
        #expect(fields["uid"] as? Int == Int(getuid()))
        #expect(fields["gid"] as? Int == Int(getgid()))
        #expect((fields["comm"] as? String)?.isEmpty == false)
        #expect(recorded.batch.origins == [Origin(source: "apps", host: "here")])
        #expect(await input.stop() == nil)
    }

    @Test func `connections do not mix their lines`() async throws {
        let input = try await self.start()
        let clients = try (0..<50).map { _ in try UnixClient(self.path) }
        for (index, client) in clients.enumerated() { try client.send("begin-\(index)") }
        for (index, client) in clients.enumerated() { try client.send("-end-\(index)\n") }
        let recorded = await input.sink.wait(events: 50)
        #expect(Set(recorded.messages) == Set((0..<50).map { "begin-\($0)-end-\($0)" }))
        await input.stop()
    }

    @Test func `an unfinished line is an event when its connection closes`() async throws {
        let input = try await self.start()
        do {
            let client = try UnixClient(self.path)
            try client.send("whole\nhalf")
        }
        let recorded = await input.sink.wait(events: 2)
        #expect(recorded.messages == ["whole", "half"])
        await input.stop()
    }

    @Test func `every line of a fast writer arrives, in order, also while the log holds back`() async throws {
        let sink = RecordingSink()
        let input = try await self.start(sink: sink)
        sink.change { $0.isHeld = true }
        let path = self.path
        let total = 50_000
        let writer = Task.detached {
            let client = try UnixClient(path)
            for start in stride(from: 0, to: total, by: 100) {
                try client.send(
                    (start..<start + 100).map { "line \($0) \(String(repeating: "x", count: 180))\n" }.joined())
            }
        }
        // The writer has more than the kernel's buffers take, so nothing is recorded and it waits.
        #expect(sink.recorded.batch.isEmpty)
        sink.change { $0.isHeld = false }
        try await writer.value
        let recorded = await sink.wait(events: total)
        #expect(recorded.batch.count == total)
        #expect(recorded.messages.enumerated().allSatisfy { $1.hasPrefix("line \($0) ") })
        await input.stop()
    }

    @Test func `what writers sent before the relay stopped is taken in`() async throws {
        let sink = RecordingSink()
        let input = try await self.start(sink: sink)
        sink.change { $0.isHeld = true }
        let client = try UnixClient(self.path)
        try client.send("first\n")
        try client.send((0..<2000).map { "\($0)\n" }.joined() + "unfinished")
        input.context.stop.stop()
        sink.change { $0.isHeld = false }
        #expect(await input.end() == nil)
        #expect(sink.recorded.batch.count == 2002)
        #expect(sink.recorded.messages.last == "unfinished")
    }

    @Test func `a relay that stops while the log holds back returns at once`() async throws {
        let sink = RecordingSink()
        let input = try await self.start(sink: sink)
        sink.change { $0.isHeld = true }
        let client = try UnixClient(self.path)
        try client.send("first\n")
        sink.change { $0.isClosed = true }
        #expect(await input.end() == nil)
    }

    @Test func `S1 a silent connection is closed after the idle timeout`() async throws {
        let input = try await self.start(["idle_timeout": .duration(.milliseconds(50))])
        let client = try UnixClient(self.path)
        try client.send("half")
        #expect(client.isClosedByPeer(milliseconds: 10_000))
        #expect(await input.sink.wait(events: 1).messages == ["half"])
        await input.stop()
    }

    @Test func `S1 connections beyond the limit are closed at once and counted`() async throws {
        let input = try await self.start(["max_connections": .integer(2)])
        let first = try UnixClient(self.path)
        let second = try UnixClient(self.path)
        _ = try await input.status { $0.positions["connections"] == "2" }
        let third = try UnixClient(self.path)
        #expect(third.isClosedByPeer(milliseconds: 10_000))
        try first.send("a\n")
        try second.send("b\n")
        _ = await input.sink.wait(events: 2)
        #expect(input.context.status.snapshot.positions["refused_connections"] == "1")
        await input.stop()
    }

    // MARK: Messages

    @Test(arguments: ["datagram", "seqpacket"])
    func `a message is an event, several lines in it are several`(mode: String) async throws {
        let input = try await self.start(["mode": .string(mode)])
        let client = try UnixClient(self.path, type: self.type(mode))
        for message in ["plain", "with newline\n", "two\nlines", ""] { try client.send(message) }
        try client.send("last")
        let recorded = await input.sink.wait(events: 5)
        #expect(recorded.messages == ["plain", "with newline", "two", "lines", "last"])
        #expect(try recorded.object(at: 0)["pid"] as? Int == Int(getpid()))
        await input.stop()
    }

    @Test func `S3 a message too large is cut and says by how much`() async throws {
        let input = try await self.start(["mode": .string("datagram")])
        let client = try UnixClient(self.path, type: self.type("datagram"))
        var size: Int32 = 4 << 20
        setsockopt(client.descriptor, SOL_SOCKET, 32, &size, socklen_t(MemoryLayout<Int32>.size))  // SO_SNDBUFFORCE
        try client.send([UInt8](repeating: UInt8(ascii: "x"), count: 300_000))
        let recorded = await input.sink.wait(events: 1)
        #expect(recorded.messages[0].utf8.count == 262_144)
        #expect(try recorded.object(at: 0)["truncated_bytes"] as? Int == 300_000 - 262_144)
        _ = try await input.status { $0.truncated == 1 }
        await input.stop()
    }

    @Test func `S2 every datagram whose sending succeeded arrives in a flood`() async throws {
        let input = try await self.start(["mode": .string("datagram")])
        let path = self.path
        let type = self.type("datagram")
        let total = 20_000
        try await Task.detached {
            let client = try UnixClient(path, type: type)
            for number in 0..<total { try client.send("datagram \(number)") }
        }.value
        let recorded = await input.sink.wait(events: total)
        #expect(recorded.messages == (0..<total).map { "datagram \($0)" })
        await input.stop()
    }

    @Test(arguments: ["stream", "datagram", "seqpacket"])
    func `S3 descriptors that come along are closed`(mode: String) async throws {
        let input = try await self.start(["mode": .string(mode)])
        let client = try UnixClient(self.path, type: self.type(mode))
        var pipes: [Int32] = [-1, -1]
        #expect(pipe(&pipes) == 0)
        #expect(self.send("with a descriptor\n", passing: pipes[1], over: client.descriptor))
        close(pipes[1])
        _ = await input.sink.wait(events: 1)
        // Only if no copy of the writing end is left open does the reading end come to its end.
        var entry = pollfd(fd: pipes[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 10_000) == 1)
        close(pipes[0])
        await input.stop()
    }

    private func type(_ mode: String) -> Int32 {
        switch mode {
        case "datagram": Int32(SOCK_DGRAM.rawValue)
        case "seqpacket": Int32(SOCK_SEQPACKET.rawValue)
        default: Int32(SOCK_STREAM.rawValue)
        }
    }

    private func send(_ text: String, passing descriptor: Int32, over socket: Int32) -> Bool {
        var text = Array(text.utf8)
        // cmsghdr: length 20, SOL_SOCKET, SCM_RIGHTS, one descriptor, padding
        var control: [UInt32] = [20, 0, UInt32(SOL_SOCKET), 1, UInt32(descriptor), 0]
        return text.withUnsafeMutableBytes { text in
            control.withUnsafeMutableBytes { control in
                var vector = iovec(iov_base: text.baseAddress, iov_len: text.count)
                return withUnsafeMutablePointer(to: &vector) { vector in
                    var header = msghdr()
                    header.msg_iov = vector
                    header.msg_iovlen = 1
                    header.msg_control = control.baseAddress
                    header.msg_controllen = control.count
                    return sendmsg(socket, &header, 0) == text.count
                }
            }
        }
    }

    // MARK: The socket file

    @Test func `S6 the socket has the mode and owner that were asked for and goes at the end`() async throws {
        // The usual umask of 022 takes bits away from 0606, and the change of owner may, too.
        let input = try await self.start([
            "permissions": .string("0606"), "owner": .string("1"), "group": .string("daemon"),
        ])
        let facts = self.facts(self.path)
        #expect(facts.st_mode & 0o777 == 0o606)
        #expect(facts.st_uid == 1)
        #expect(facts.st_gid == 1)
        await input.stop()
        #expect(access(self.path, F_OK) != 0)
    }

    @Test func `S4 a socket that a dead program left is replaced`() async throws {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(UnixClient.withAddress(self.path) { bind(number, $0, $1) } == 0)
        close(number)
        let input = try await self.start()
        let client = try UnixClient(self.path)
        try client.send("works\n")
        _ = await input.sink.wait(events: 1)
        await input.stop()
    }

    @Test(arguments: ["stream", "datagram"])
    func `S4 a live socket is never stolen`(mode: String) async throws {
        let owner = try await self.start(["mode": .string("stream")])
        let inode = self.facts(self.path).st_ino
        let problem = try await self.failure(["mode": .string(mode)])
        #expect(problem?.contains("another program is listening there") == true)
        #expect(self.facts(self.path).st_ino == inode)
        try UnixClient(self.path).send("still mine\n")
        _ = await owner.sink.wait(events: 1)
        await owner.stop()
    }

    @Test func `S4 a file that is not a socket is left alone`() async throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: self.path))
        let problem = try await self.failure()
        #expect(problem?.contains("not a socket") == true)
        #expect(try String(contentsOfFile: self.path, encoding: .utf8) == "precious")
    }

    @Test func `S6 a symbolic link to a socket is left alone`() async throws {
        symlink("/dev/log", self.path)
        #expect(try await self.failure()?.contains("not a socket") == true)
    }

    @Test func `a socket that was replaced by somebody else stays at the end`() async throws {
        let input = try await self.start()
        unlink(self.path)
        try Data("other".utf8).write(to: URL(fileURLWithPath: self.path))
        await input.stop()
        #expect(access(self.path, F_OK) == 0)
    }

    @Test func `one missing folder is made, more are an error that says what to do`() async throws {
        let path = self.folder.path + "/made/apps.sock"
        let input = try await self.start(["path": .string(path)])
        await input.stop()
        let problem = try await self.failure(["path": .string(self.folder.path + "/a/b/apps.sock")])
        #expect(problem?.contains("install -d") == true)
    }

    @Test func `wrong options are refused with what to write`() throws {
        let wrong: [(String, OptionValue)] = [
            ("path", .string("relative.sock")), ("path", .string("/" + String(repeating: "x", count: 107))),
            ("mode", .string("raw")), ("permissions", .string("rw-rw----")), ("permissions", .string("1777")),
        ]
        let context = InputContext(
            name: "apps", host: "here", checkpoints: [:], stop: StopSignal(), status: InputStatus(),
            logger: .init(label: "test"))
        for (key, value) in wrong {
            var table = OptionTable.of(["path": .string("/run/x.sock")])
            table.values[key] = value
            let problem = #expect(throws: OptionProblem.self) { try UnixInput(options: table, context: context) }
            #expect(problem?.key == key && problem?.hint != nil)
        }
    }
}
