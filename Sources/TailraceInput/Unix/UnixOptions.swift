import CLinux
import Glibc
import TailraceCodec
import TailraceOptions

/// What `type = "unix"` can be told.
struct UnixOptions: Sendable {
    var place: UnixPlace
    var maxConnections: Int
    /// A connection that says nothing for so long is closed; nil never.
    var idleTimeout: Duration?
    var codec: CodecOptions

    static let specs: [OptionSpec] = [
        OptionSpec("path", .string, required: true, "where the socket is made, an absolute path of at most 107 bytes"),
        OptionSpec(
            "mode", .choice(SocketCarriage.allCases.map(\.rawValue)), default: "stream",
            "stream carries lines; datagram and seqpacket carry one event per message"),
        OptionSpec(
            "permissions", .string, default: "0660", "who may write, in octal: owner, group, others"),
        OptionSpec("owner", .string, "the user that owns the socket, by name or number; default the relay's own"),
        OptionSpec("group", .string, "the group of the socket, by name or number; default the relay's own"),
        // 512 keeps the descriptors well under the usual limit of 1024 per process.
        OptionSpec(
            "max_connections", .integer(1...65_536), default: "512",
            "connections at one time; more are closed at once; one user other than root gets at most half"),
        OptionSpec("idle_timeout", .duration, "a connection silent for so long is closed; default never"),
    ]

    init(_ table: OptionTable) throws(OptionProblem) {
        let path = try Self.path(table, key: "path", table.string("path"))
        let mode = table.string("mode") ?? SocketCarriage.stream.rawValue
        guard let carriage = SocketCarriage(rawValue: mode) else {
            throw table.problem(
                "mode", "unknown mode \"\(mode)\"", hint: "write \"stream\", \"datagram\" or \"seqpacket\"")
        }
        self.place = UnixPlace(
            path: path, carriage: carriage, permissions: try Self.permissions(table), owner: table.string("owner"),
            group: table.string("group"))
        self.maxConnections = Int(table.integer("max_connections") ?? 512)
        self.idleTimeout = try Self.idleTimeout(table)
        self.codec = try CodecOptions(table)
    }

    static func idleTimeout(_ table: OptionTable) throws(OptionProblem) -> Duration? {
        let timeout = table.duration("idle_timeout")
        if let timeout, timeout < .milliseconds(1) {
            throw table.problem("idle_timeout", "idle_timeout must be at least 1ms", hint: "leave it out for never")
        }
        return timeout
    }

    /// The path of a socket, which stands under `key`.
    static func path(_ table: OptionTable, key: String, _ path: String?) throws(OptionProblem) -> String {
        guard let path, !path.isEmpty else {
            throw table.problem(key, "the path is missing", hint: "write \"/run/tailrace/apps.sock\"")
        }
        guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
            throw table.problem(
                key, "\"\(path)\" is not an absolute path of a file", hint: "write \"/run/tailrace/apps.sock\"")
        }
        guard path.utf8.count <= UnixPlace.maxPathBytes else {
            throw table.problem(
                key, "a socket's path has at most \(UnixPlace.maxPathBytes) bytes, this one has \(path.utf8.count)",
                hint: "choose a shorter one, below /run for example")
        }
        return path
    }

    static func permissions(_ table: OptionTable) throws(OptionProblem) -> mode_t {
        let text = table.string("permissions") ?? "0660"
        guard text.utf8.count <= 4, let bits = mode_t(text, radix: 8), bits <= 0o777 else {
            throw table.problem(
                "permissions", "\"\(text)\" is not an octal mode from 0000 to 0777", hint: "write \"0660\" or \"0666\"")
        }
        return bits
    }
}
