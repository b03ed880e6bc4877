/// Where the server listens.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// Port 0 lets the system choose.
    case tcp(host: String, port: Int)
    case unix(path: String)
    /// A listening socket that systemd opened (`LISTEN_FDS`).
    case inherited(descriptor: Int32)

    /// Parses `127.0.0.1:8245`, `[::1]:8245`, `localhost:0`, `:8245` (all IPv4 addresses) and
    /// `unix:/run/tailrace/http.sock`.
    package init(parsing text: String) throws(ListenError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/"), path.utf8.count <= Self.maxUnixPathBytes else {
                throw ListenError(
                    address: text, reason: "not an absolute path of at most \(Self.maxUnixPathBytes) bytes",
                    hint: "write it as unix:/run/tailrace/http.sock")
            }
            self = .unix(path: path)
            return
        }
        let colon = text.lastIndex(of: ":") ?? text.startIndex
        guard colon != text.startIndex || text.hasPrefix(":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            throw ListenError(
                address: text, reason: "not HOST:PORT with a port of 0 to 65535", hint: "write it as 127.0.0.1:8245")
        }
        let host = String(text[..<colon])
        switch host {
        case "": self = .tcp(host: "0.0.0.0", port: port)
        // The name may stand for both families; the page's address is printed with the one that is listened on.
        case "localhost": self = .tcp(host: "127.0.0.1", port: port)
        case let host where host.hasPrefix("[") && host.hasSuffix("]"):
            self = .tcp(host: String(host.dropFirst().dropLast()), port: port)
        case let host where host.contains(":"):
            throw ListenError(address: text, reason: "an IPv6 address needs brackets", hint: "write it as [::1]:8245")
        default: self = .tcp(host: host, port: port)
        }
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .inherited(let descriptor): "inherited socket \(descriptor)"
        }
    }

    /// `sun_path` has 108 bytes with the closing zero.
    private static let maxUnixPathBytes = 107
}
