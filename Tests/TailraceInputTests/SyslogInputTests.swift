import CLinux
import Foundation
import Glibc
import Logging
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SyslogInputTests {
    private let message = "<30>Nov 22 07:35:12 router-1 dhcpd[7]: lease"

    @Test func `a UDP message is an event of the host that it names, and says where it came from`() async throws {
        let input = try await SyslogHarness.start(["udp:127.0.0.1:0"])
        let client = try NetworkClient(SOCK_DGRAM, port: try SyslogHarness.port(input))
        for text in [self.message, "<30>no host here\n", "", "<31>two\nlines\0"] { client.send(text) }
        let recorded = await input.sink.wait(events: 3)
        #expect(recorded.messages == ["lease", "no host here", "two\nlines"])
        #expect(
            recorded.batch.records.map { recorded.batch.origins[Int($0.origin)] } == [
                Origin(source: "net", host: "router-1"), Origin(source: "net", host: "127.0.0.1"),
                Origin(source: "net", host: "127.0.0.1"),
            ])
        let fields = try recorded.object(at: 0)
        #expect(fields["peer"] as? String == "127.0.0.1" && fields["identifier"] as? String == "dhcpd")
        #expect(fields["pid"] as? Int == 7 && fields["facility"] as? String == "daemon")
        #expect(await input.stop() == nil)
    }

    @Test func `S5 a message cannot claim another peer`() async throws {
        let input = try await SyslogHarness.start(["udp:127.0.0.1:0"], ["format": .string("json")])
        let client = try NetworkClient(SOCK_DGRAM, port: try SyslogHarness.port(input))
        client.send(#"{"message":"x","peer":"192.0.2.9"}"#)
        let recorded = await input.sink.wait(events: 1)
        let fields = try recorded.object(at: 0)
        #expect(fields["peer"] as? String == "127.0.0.1" && fields["line_peer"] as? String == "192.0.2.9")
        await input.stop()
    }

    @Test func `connections count their messages or send lines, each as it began`() async throws {
        let input = try await SyslogHarness.start(["tcp:127.0.0.1:0"])
        let port = try SyslogHarness.port(input)
        let counted = try NetworkClient(SOCK_STREAM, port: port)
        let lines = try NetworkClient(SOCK_STREAM, port: port)
        counted.send("9 <30>a\nb c")
        counted.send("5 <30>d")
        lines.send("<30>e\n<30>")
        lines.send("f\n")
        let recorded = await input.sink.wait(events: 4)
        #expect(Set(recorded.messages) == ["a\nb c", "d", "e", "f"])
        await input.stop()
    }

    @Test func `S7 a connection whose messages can't be told apart is closed, and it is said why`() async throws {
        let input = try await SyslogHarness.start(["tcp:127.0.0.1:0"])
        let client = try NetworkClient(SOCK_STREAM, port: try SyslogHarness.port(input))
        client.send("5 <30>a999999999999 <30>b")
        #expect(client.isClosedByPeer(milliseconds: 10_000))
        let recorded = await input.sink.wait(events: 3)
        #expect(recorded.messages[0] == "a" && recorded.messages[1].hasPrefix("999999999999 <30>b"))
        #expect((try recorded.gaps().first)?["reason"] as? String == "framing")
        #expect(input.context.status.snapshot.lastError?.contains("9 digits") == true)
        await input.stop()
    }

    @Test func `S2 what the kernel drops of a flood is counted exactly and told`() async throws {
        let sink = RecordingSink()
        let input = try await SyslogHarness.start(
            ["udp:127.0.0.1:0"], ["receive_buffer": .size(65_536)], sink: sink)
        let client = try NetworkClient(SOCK_DGRAM, port: try SyslogHarness.port(input))
        sink.change { $0.isHeld = true }
        // Over loopback a datagram is in the receiver's queue, or dropped there, when send returns.
        let total = 5000
        for number in 0..<total { #expect(client.send("<30>\(number) \(String(repeating: "x", count: 300))")) }
        sink.change { $0.isHeld = false }
        let isWhole: @Sendable (RecordingSink.Recorded) -> Bool = { recorded in
            let gaps = (try? recorded.gaps()) ?? []
            let lost = gaps.reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
            return lost + recorded.batch.count - gaps.count == total
        }
        let recorded = await sink.wait(until: isWhole)
        let gaps = try recorded.gaps()
        #expect(!gaps.isEmpty && gaps.allSatisfy { $0["reason"] as? String == "dropped" })
        #expect(input.context.status.snapshot.lost > 0)
        await input.stop()
    }

    @Test func `S3 a datagram over the limit is cut and says by how much`() async throws {
        let input = try await SyslogHarness.start(["udp:127.0.0.1:0"], ["max_line": .size(1024)])
        let client = try NetworkClient(SOCK_DGRAM, port: try SyslogHarness.port(input))
        client.send("<30>" + String(repeating: "x", count: 60_000))
        let recorded = await input.sink.wait(events: 1)
        #expect(recorded.messages[0].utf8.count == 1020)
        #expect(try recorded.object(at: 0)["truncated_bytes"] as? Int == 60_004 - 1024)
        await input.stop()
    }

    @Test func `S9 one address over its rate is cut off, the others are not, and it is told`() async throws {
        let input = try await SyslogHarness.start(["udp:127.0.0.1:0"], ["max_rate": .integer(10)])
        let port = try SyslogHarness.port(input)
        let loud = try NetworkClient(SOCK_DGRAM, port: port)
        let calm = try NetworkClient(SOCK_DGRAM, port: port, from: "127.0.0.2")
        for number in 0..<200 { loud.send("<30>loud \(number)") }
        for number in 0..<5 { calm.send("<30>calm \(number)") }
        let recorded = await input.sink.wait { recorded in
            let lost = ((try? recorded.gaps()) ?? []).reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
            return lost + recorded.messages.filter { $0.hasPrefix("loud") }.count == 200
        }
        #expect(recorded.messages.filter { $0.hasPrefix("calm") }.count == 5)
        #expect(recorded.messages.filter { $0.hasPrefix("loud") }.count < 200)
        #expect(try recorded.gaps().allSatisfy { $0["reason"] as? String == "rate_limit" })
        await input.stop()
    }

    @Test func `S9 only addresses that are allowed may send, and nobody gets an answer`() async throws {
        let input = try await SyslogHarness.start(
            ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"], ["allow": .strings(["127.0.0.2/31", "192.0.2.1"])])
        let udp = try SyslogHarness.port(input, "udp")
        let tcp = try SyslogHarness.port(input, "tcp")
        let refused = try NetworkClient(SOCK_DGRAM, port: udp)
        refused.send("<30>refused")
        #expect(try NetworkClient(SOCK_STREAM, port: tcp).isClosedByPeer(milliseconds: 10_000))
        try NetworkClient(SOCK_DGRAM, port: udp, from: "127.0.0.2").send("<30>allowed")
        let connection = try NetworkClient(SOCK_STREAM, port: tcp, from: "127.0.0.3")
        connection.send("<30>connected\n")
        let recorded = await input.sink.wait(events: 2)
        #expect(Set(recorded.messages) == ["allowed", "connected"])
        let positions = input.context.status.snapshot.positions
        #expect(positions["refused_connections"] == "1" && positions["refused_messages"] == "1")
        #expect(!refused.isClosedByPeer(milliseconds: 0))
        await input.stop()
    }

    @Test func `S1 a silent connection is closed`() async throws {
        let input = try await SyslogHarness.start(
            ["tcp:127.0.0.1:0"], ["idle_timeout": .duration(.milliseconds(50))])
        let client = try NetworkClient(SOCK_STREAM, port: try SyslogHarness.port(input))
        client.send("<30>half")
        #expect(client.isClosedByPeer(milliseconds: 20_000))
        #expect(await input.sink.wait(events: 1).messages == ["half"])
        await input.stop()
    }

    @Test func `S1 one address gets half of the room`() async throws {
        let input = try await SyslogHarness.start(["tcp:127.0.0.1:0"], ["max_connections": .integer(4)])
        let port = try SyslogHarness.port(input)
        let silent = try (0..<2).map { _ in try NetworkClient(SOCK_STREAM, port: port) }
        _ = try await input.status { $0.positions["connections"] == "2" }
        #expect(try NetworkClient(SOCK_STREAM, port: port).isClosedByPeer(milliseconds: 10_000))
        let other = try NetworkClient(SOCK_STREAM, port: port, from: "127.0.0.2")
        other.send("<30>heard\n")
        #expect(await input.sink.wait(events: 1).messages == ["heard"])
        for client in silent { #expect(client.send("<30>as before\n")) }
        _ = await input.sink.wait(events: 3)
        await input.stop()
    }

    @Test func `Unix sockets of both kinds are served, and say who writes`() async throws {
        let folder = try ScratchFolder()
        let input = try await SyslogHarness.start(["unix:\(folder.path)/s", "unixgram:\(folder.path)/d"])
        try UnixClient(folder.path + "/s").send("<30>Nov 22 07:35:12 app[5]: stream\n")
        let datagrams = try UnixClient(folder.path + "/d", type: Int32(SOCK_DGRAM.rawValue))
        try datagrams.send("<30>Nov 22 07:35:12 app[5]: datagram")
        let recorded = await input.sink.wait(events: 2)
        #expect(Set(recorded.messages) == ["stream", "datagram"])
        for index in 0..<2 {
            let fields = try recorded.object(at: index)
            #expect(fields["pid"] as? Int == Int(getpid()) && fields["line_pid"] as? Int == 5)
        }
        #expect(recorded.batch.origins.allSatisfy { $0.host == "here" })
        await input.stop()
    }

    @Test func `an address in use is refused with what to do`() async throws {
        let input = try await SyslogHarness.start(["tcp:127.0.0.1:0"])
        let port = try SyslogHarness.port(input)
        let table = OptionTable.of(["listen": .strings(["tcp:127.0.0.1:\(port)"])])
        let problem = await (try RunningInput { try SyslogInput(options: table, context: $0) }).end()
        #expect(problem?.contains("another program listens there") == true)
        await input.stop()
    }

    @Test(arguments: [
        "udp:514", "udp://0.0.0.0:514", "udp:example.com:514", "udp:0.0.0.0:99999", "udp:::1:514", "unix:log.sock",
        "tls:0.0.0.0:6514", "0.0.0.0:514", "",
    ])
    func `a wrong address is refused with what to write`(text: String) throws {
        let problem = #expect(throws: OptionProblem.self) { try self.input(["listen": .strings([text])]) }
        #expect(problem?.key == "listen[0]" && problem?.hint != nil)
    }

    @Test func `wrong options are refused with what to write`() throws {
        for (key, value) in [
            ("allow", OptionValue.strings(["192.0.2.0/33"])), ("receive_buffer", .size(1)),
            ("listen", .strings(["udp:*:514", "udp:*:514"])), ("listen", .strings([])),
            ("format", .string("cri")), ("format", .string("docker")),
        ] {
            let problem = #expect(throws: OptionProblem.self) { try self.input([key: value]) }
            #expect(problem?.key.hasPrefix(key) == true && problem?.hint != nil)
        }
    }

    @discardableResult
    private func input(_ options: [String: OptionValue]) throws -> SyslogInput {
        var table = OptionTable.of(["listen": .strings(["udp:127.0.0.1:514"])])
        table.values.merge(options) { _, new in new }
        return try SyslogInput(
            options: table,
            context: InputContext(
                name: "net", host: "here", checkpoints: [:], stop: StopSignal(), status: InputStatus(),
                logger: .init(label: "test")))
    }
}

struct IPAddressTests {
    @Test func `addresses are read and written`() {
        for text in ["192.0.2.1", "2001:db8::1", "::1", "0.0.0.0", "::"] {
            #expect(IPAddress(text)?.description == text)
        }
        #expect(IPAddress("::ffff:192.0.2.1")?.description == "192.0.2.1")
        for text in ["", "192.0.2", "192.0.2.256", "host", "1::2::3"] { #expect(IPAddress(text) == nil) }
    }

    @Test func `ranges hold what they should`() throws {
        let cases = [
            ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7"], ["192.0.3.0", "::"]),
            ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6"]), ("0.0.0.0/0", ["8.8.8.8"], ["::1"]),
            ("2001:db8::/33", ["2001:db8:7fff::"], ["2001:db8:8000::"]), ("::/0", ["::1"], ["192.0.2.1"]),
            ("2001:db8::1", ["2001:db8::1"], ["2001:db8::2"]), ("2001:db8::/127", ["2001:db8::1"], ["2001:db8::2"]),
        ]
        for (text, inside, outside) in cases {
            let range = try #require(IPRange(text))
            for address in inside { #expect(range.contains(try #require(IPAddress(address))), "\(text) \(address)") }
            for address in outside { #expect(!range.contains(try #require(IPAddress(address))), "\(text) \(address)") }
        }
        for text in ["192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "/24", "x/8"] { #expect(IPRange(text) == nil) }
    }
}
