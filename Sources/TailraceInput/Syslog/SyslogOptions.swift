import CLinux
import Glibc
import TailraceCodec
import TailraceOptions

/// What `type = "syslog"` can be told.
struct SyslogOptions: Sendable {
    var endpoints: [SocketEndpoint]
    /// Addresses that may send; empty for all.
    var allowed: [IPRange]
    /// Messages per second and address over UDP; nil for no limit.
    var maxRate: Int?
    var receiveBuffer: Int
    var maxConnections: Int
    var idleTimeout: Duration?
    var codec: CodecOptions

    static let maxEndpoints = 16
    /// A second of 8000 messages of 1 KiB, while the relay does something else.
    static let defaultReceiveBuffer: Int64 = 8 << 20
    static let receiveBufferRange: ClosedRange<Int64> = 4096...(1 << 30)

    static let specs: [OptionSpec] = [
        OptionSpec(
            "listen", .strings, required: true,
            "\"udp:HOST:PORT\", \"tcp:HOST:PORT\", \"unix:/PATH\" (lines) or \"unixgram:/PATH\" (datagrams); up to 16"),
        OptionSpec("allow", .strings, "addresses that may send, as \"192.0.2.0/24\"; default all"),
        OptionSpec(
            "max_rate", .integer(1...10_000_000),
            "messages per second that one address may send over UDP; the rest is told as a gap; default no limit"),
        OptionSpec(
            "receive_buffer", .size, default: "8MiB",
            "what the kernel holds of UDP messages while the relay is busy, as far as net.core.rmem_max allows"),
        OptionSpec(
            "permissions", .string, default: "0660",
            "who may write to Unix sockets, in octal: owner, group, others"),
        OptionSpec("owner", .string, "the user that owns Unix sockets, by name or number; default the relay's own"),
        OptionSpec("group", .string, "the group of Unix sockets, by name or number; default the relay's own"),
        OptionSpec(
            "max_connections", .integer(1...65_536), default: "512",
            "connections at one time; more are closed; one address, or user other than root, gets at most half"),
        OptionSpec("idle_timeout", .duration, "a connection silent for so long is closed; default never"),
    ]

    init(_ table: OptionTable) throws(OptionProblem) {
        self.endpoints = try Self.endpoints(table)
        self.allowed = try Self.allowed(table)
        self.maxRate = table.integer("max_rate").map { Int($0) }
        let buffer = table.size("receive_buffer") ?? Self.defaultReceiveBuffer
        guard Self.receiveBufferRange.contains(buffer) else {
            throw table.problem(
                "receive_buffer", "receive_buffer must be between 4KiB and 1GiB", hint: "the default is \"8MiB\"")
        }
        self.receiveBuffer = Int(buffer)
        self.maxConnections = Int(table.integer("max_connections") ?? 512)
        self.idleTimeout = try UnixOptions.idleTimeout(table)
        self.codec = try SyslogInput.codec(table)
    }

    private static func endpoints(_ table: OptionTable) throws(OptionProblem) -> [SocketEndpoint] {
        let texts = table.strings("listen") ?? []
        guard !texts.isEmpty, texts.count <= Self.maxEndpoints else {
            throw table.problem(
                "listen", "listen must name 1 to \(Self.maxEndpoints) addresses",
                hint: "write listen = [\"udp:0.0.0.0:514\", \"tcp:0.0.0.0:514\"]")
        }
        let permissions = try UnixOptions.permissions(table)
        var endpoints: [SocketEndpoint] = []
        for (index, text) in texts.enumerated() {
            let key = "listen[\(index)]"
            var endpoint = try Self.endpoint(text, table, key: key)
            if case .unix(var place) = endpoint {
                place.permissions = permissions
                place.owner = table.string("owner")
                place.group = table.string("group")
                endpoint = .unix(place)
            }
            let isTaken = endpoints.contains { other in
                if case .network(_, _, port: 0) = endpoint { false } else { endpoint.isServed(by: other) }
            }
            guard !isTaken else { throw table.problem(key, "\"\(text)\" is listened on already", hint: "remove one") }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    private static func endpoint(
        _ text: String, _ table: OptionTable, key: String
    ) throws(OptionProblem) -> SocketEndpoint {
        guard let colon = text.firstIndex(of: ":") else { throw Self.unknown(text, table, key: key) }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "unix":
            return .unix(UnixPlace(path: try UnixOptions.path(table, key: key, rest), carriage: .stream))
        case "unixgram":
            return .unix(UnixPlace(path: try UnixOptions.path(table, key: key, rest), carriage: .datagram))
        case "udp", "tcp":
            guard let place = Self.hostAndPort(rest) else { throw Self.unknown(text, table, key: key) }
            return .network(text.hasPrefix("udp") ? .datagram : .stream, place.host, port: place.port)
        default:
            throw Self.unknown(text, table, key: key)
        }
    }

    /// `192.0.2.1:514`, `[2001:db8::1]:514`, `*:514`, `localhost:514`
    private static func hostAndPort(_ text: String) -> (host: IPAddress, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        switch host {
        case "localhost": return IPAddress("127.0.0.1").map { ($0, port) }
        case "*": return (Self.hasIPv6 ? .anyV6 : .anyV4, port)
        default:
            if host.hasPrefix("["), host.hasSuffix("]") {
                return IPAddress(String(host.dropFirst().dropLast())).flatMap { $0.isV4 ? nil : ($0, port) }
            }
            return IPAddress(String(host)).flatMap { $0.isV4 ? ($0, port) : nil }
        }
    }

    private static let hasIPv6 = access("/proc/net/if_inet6", F_OK) == 0

    private static func unknown(_ text: String, _ table: OptionTable, key: String) -> OptionProblem {
        let hint =
            if text.contains("//") {
                "write it without the two slashes"
            } else if ["tls:", "tcp+tls:"].contains(where: { text.hasPrefix($0) }) {
                "TLS is not available in this version; put stunnel or a proxy in front of a \"tcp:\" address"
            } else {
                "write \"udp:0.0.0.0:514\", \"tcp:[::1]:601\", \"udp:*:514\", \"unix:/run/log.sock\" or "
                    + "\"unixgram:/run/log.sock\"; hosts are addresses"
            }
        return table.problem(key, "\"\(text)\" is not an address to listen on", hint: hint)
    }

    private static func allowed(_ table: OptionTable) throws(OptionProblem) -> [IPRange] {
        var ranges: [IPRange] = []
        for (index, text) in (table.strings("allow") ?? []).enumerated() {
            guard let range = IPRange(text) else {
                throw table.problem(
                    "allow[\(index)]", "\"\(text)\" is no address and no range of addresses",
                    hint: "write \"192.0.2.7\", \"192.0.2.0/24\" or \"2001:db8::/32\"")
            }
            ranges.append(range)
        }
        return ranges
    }
}
