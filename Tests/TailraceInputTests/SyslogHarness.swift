import CLinux
import Foundation
import Glibc
import TailraceEvent
import TailraceInput
import TailraceOptions

/// A syslog input on ports that the kernel chooses.
enum SyslogHarness {
    static func start(
        _ listen: [String], _ options: [String: OptionValue] = [:], name: String = "net",
        sink: RecordingSink = RecordingSink(), sockets: HandedSockets = .none
    ) async throws -> RunningInput {
        var table = OptionTable.of(options)
        table.values["listen"] = .strings(listen)
        let input = try RunningInput(sink: sink, name: name) { context in
            var context = context
            context.sockets = sockets
            return try SyslogInput(options: table, context: context)
        }
        _ = try await input.status { $0.state == .reading }
        return input
    }

    /// The port of the first address, or the one that begins so.
    static func port(_ input: RunningInput, _ start: String = "") throws -> UInt16 {
        let listening = input.context.status.snapshot.positions["listening"] ?? ""
        let address = listening.split(separator: ", ").first { $0.hasPrefix(start) }
        guard let port = (address?.split(separator: ":").last).flatMap({ UInt16($0) }) else {
            throw HarnessProblem("no port in \(listening)")
        }
        return port
    }
}

/// A client's side of a network socket.
final class NetworkClient: Sendable {
    let descriptor: Int32

    init(_ type: __socket_type, port: UInt16, from source: String? = nil) throws {
        self.descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        if let source {
            let bound = Self.withAddress(source, port: 0) { bind(self.descriptor, $0, $1) }
            guard bound == 0 else { throw HarnessProblem("bind to \(source) failed: \(errno)") }
        }
        let isConnected = Self.withAddress("127.0.0.1", port: port) { connect(self.descriptor, $0, $1) }
        guard isConnected == 0 else { throw HarnessProblem("connect failed: \(errno)") }
    }

    deinit { close(self.descriptor) }

    @discardableResult
    func send(_ text: String) -> Bool { self.send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        Glibc.send(self.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Waits until the other side has closed the connection.
    func isClosedByPeer(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        var byte = UInt8(0)
        return poll(&entry, 1, milliseconds) > 0 && read(self.descriptor, &byte, 1) <= 0
    }

    static func withAddress(
        _ host: String, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
