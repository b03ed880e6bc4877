import Glibc
import TailraceInput
import TailraceWeb
import Testing

@testable import TailraceDaemon

@Suite struct HandedListenersTests {
    /// A socket bound to an address of its own choice, listening or not.
    private static func bound(
        _ host: String, type: Int32 = Int32(SOCK_STREAM.rawValue), listens: Bool = true
    ) -> Int32 {
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, host, &address.sin_addr)
        let outcome = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(outcome == 0)
        if listens { #expect(listen(descriptor, 5) == 0) }
        return descriptor
    }

    private static func port(_ descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func addresses(
        _ sockets: [String: [Int32]], _ settings: ServerSettings = ServerSettings()
    ) throws -> [TailraceWeb.ListenAddress] {
        let addresses = try HandedListeners(HandedSockets(sockets)).addresses(for: settings)
        for case .inherited(let copy) in addresses { close(copy) }
        return addresses
    }

    @Test func `without a handed over socket it is what the configuration says`() throws {
        #expect(try Self.addresses([:]) == [.tcp(host: "127.0.0.1", port: 8245)])
        #expect(try Self.addresses(["apps": [99]]) == [.tcp(host: "127.0.0.1", port: 8245)])
    }

    @Test func `a handed over socket stands for the default and for its own address`() throws {
        let descriptor = Self.bound("127.0.0.1")
        defer { close(descriptor) }
        let port = Self.port(descriptor)
        let standard = try Self.addresses(["http": [descriptor]])
        #expect(standard.count == 1 && standard[0] != .inherited(descriptor: descriptor))
        let listen: [TailraceDaemon.ListenAddress] = [
            .tcp(host: "127.0.0.1", port: port), .unix(path: "/run/x.sock"),
        ]
        let both = try Self.addresses(["http": [descriptor]], ServerSettings(listen: listen))
        #expect(both.count == 2 && both[1] == .unix(path: "/run/x.sock"))
        // The original is left as it was.
        #expect(fcntl(descriptor, F_GETFD) >= 0)
    }

    @Test func `one that other hosts reach needs the same consent as in the configuration`() throws {
        let descriptor = Self.bound("0.0.0.0")
        defer { close(descriptor) }
        let problem = #expect(throws: RelayError.self) { try Self.addresses(["http": [descriptor]]) }
        #expect(problem?.description.contains("insecure = true") == true)
        #expect(try Self.addresses(["http": [descriptor]], ServerSettings(insecure: true)).count == 1)
    }

    @Test func `G11 what is no listening socket is refused with what to write in the unit`() throws {
        let silent = Self.bound("127.0.0.1", listens: false)
        let datagram = Self.bound("127.0.0.1", type: Int32(SOCK_DGRAM.rawValue), listens: false)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        for descriptor in [silent, datagram, null, 4095] {
            let problem = #expect(throws: RelayError.self) { try Self.addresses(["http": [descriptor]]) }
            #expect(problem?.description.contains("ListenStream=") == true)
            if descriptor != 4095 { close(descriptor) }
        }
    }
}
