import CLinux
import Glibc
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// Sockets that a service manager made: they outlive the input.
@Suite(.timeLimit(.minutes(5)))
struct HandedSocketTests {
    private func unixSocket(_ path: String, type: Int32 = Int32(SOCK_STREAM.rawValue)) -> Int32 {
        let number = socket(AF_UNIX, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        #expect(UnixClient.withAddress(path) { bind(number, $0, $1) } == 0)
        if type == Int32(SOCK_STREAM.rawValue) { listen(number, 100) }
        return number
    }

    private func start(_ path: String, mode: String = "stream", _ number: Int32) throws -> RunningInput {
        let table = OptionTable.of(["path": .string(path), "mode": .string(mode), "format": .string("plain")])
        return try RunningInput { context in
            var context = context
            context.sockets = HandedSockets(["apps": [number]])
            return try UnixInput(options: table, context: context)
        }
    }

    @Test func `S11 what is sent while no input runs is read by the next one`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/apps.sock"
        let number = self.unixSocket(path)
        defer { close(number) }
        var expected: [String] = []
        var seen: [String] = []
        for turn in 0..<5 {
            let early = try UnixClient(path)
            try early.send("early \(turn)\n")
            let input = try self.start(path, number)
            try UnixClient(path).send("while \(turn)\n")
            seen += await input.sink.wait(events: 2).messages
            #expect(await input.stop() == nil)
            // The file is the manager's, and so is the socket.
            #expect(access(path, F_OK) == 0)
            expected += ["early \(turn)", "while \(turn)"]
        }
        #expect(seen.sorted() == expected.sorted())
    }

    @Test func `S11 datagrams wait in the kernel over a restart`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/apps.sock"
        let number = self.unixSocket(path, type: Int32(SOCK_DGRAM.rawValue))
        defer { close(number) }
        let first = try self.start(path, mode: "datagram", number)
        _ = try await first.status { $0.state == .reading }
        #expect(await first.stop() == nil)
        let client = try UnixClient(path, type: Int32(SOCK_DGRAM.rawValue))
        for text in ["a", "b"] { try client.send(text) }
        let second = try self.start(path, mode: "datagram", number)
        #expect(await second.sink.wait(events: 2).messages == ["a", "b"])
        await second.stop()
    }

    @Test func `a network socket is taken for the address that it is bound to`() async throws {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        #expect(NetworkClient.withAddress("127.0.0.1", port: 0) { bind(number, $0, $1) } == 0)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        let port = UInt16(bigEndian: address.sin_port)
        let input = try await SyslogHarness.start(
            ["udp:127.0.0.1:\(port)"], sockets: HandedSockets(["net": [number]]))
        try NetworkClient(SOCK_DGRAM, port: port).send("<30>x")
        #expect(await input.sink.wait(events: 1).messages == ["x"])
        await input.stop()
    }

    @Test func `a socket for another address is refused with what to do`() async throws {
        let folder = try ScratchFolder()
        let number = self.unixSocket(folder.path + "/other.sock")
        defer { close(number) }
        let problem = await (try self.start(folder.path + "/apps.sock", number)).end()
        #expect(problem?.contains("other.sock") == true && problem?.contains("ListenStream=") == true)
    }

    @Test func `descriptors are read from the environment only by the process that they are for`() {
        #expect(HandedSockets(count: "2", names: "a:b", process: "1").names.isEmpty)
        #expect(HandedSockets(count: nil, names: nil, process: "\(getpid())").names.isEmpty)
        #expect(HandedSockets(count: "x", names: nil, process: "\(getpid())").names.isEmpty)
    }
}
