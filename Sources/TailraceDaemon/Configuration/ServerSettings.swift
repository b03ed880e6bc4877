internal import TailraceOptions
package import TailraceWeb

extension Configuration {
    /// Puts addresses of the command line in place of those of the file.
    package mutating func listen(on addresses: [String]) throws(ListenAddress.Problem) {
        var parsed: [ListenAddress] = []
        for address in addresses { parsed.append(try ListenAddress(parsing: address)) }
        self.server.listen = parsed
        var table = self.tables["server"] ?? OptionTable()
        table.values["listen"] = .strings(addresses)
        table.places = table.places.filter { !$0.key.hasPrefix("listen") }
        table.places["listen"] = SourcePlace(file: "--listen", line: 0, column: 0)
        self.tables["server"] = table
    }
}

/// `[server]`: where the relay listens and whom it lets in.
package struct ServerSettings: Sendable, Hashable {
    package var listen: [ListenAddress]
    /// The folder of the page; nil looks beside the binary and in `/usr/share/tailrace/public`.
    package var publicFolder: String?
    /// Origins allowed to open a WebSocket beside the relay's own; `*` allows all.
    package var allowedOrigins: [String]
    /// Names allowed in `Host` beside addresses and those listened on; `*` allows all.
    package var allowedHosts: [String]
    package var debugEcho: Bool
    /// Lets the relay listen beyond this host without a login.
    package var insecure: Bool
    package var maxConnections: Int
    /// Of those that come from one address beyond this machine.
    package var maxStreamsPerAddress = 64
    package var limits = ConnectionLimits()
    /// Without a `[[panel]]`, tiles of the relay's own choice are computed.
    package var defaultPanels: Bool
    /// Nil speaks without TLS.
    package var tls: ServerTLS.Files?

    package init(
        listen: [ListenAddress] = [.standard], publicFolder: String? = nil, allowedOrigins: [String] = [],
        allowedHosts: [String] = [], debugEcho: Bool = false, insecure: Bool = false, maxConnections: Int = 16_384,
        defaultPanels: Bool = true, tls: ServerTLS.Files? = nil
    ) {
        self.listen = listen
        self.publicFolder = publicFolder
        self.allowedOrigins = allowedOrigins
        self.allowedHosts = allowedHosts
        self.debugEcho = debugEcho
        self.insecure = insecure
        self.maxConnections = maxConnections
        self.defaultPanels = defaultPanels
        self.tls = tls
    }

    /// The addresses that other hosts can reach.
    package var exposed: [ListenAddress] { self.listen.filter { !$0.isLocal } }
}
