internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Asks a provider over HTTP: one connection for each question, the whole answer at once, nothing followed elsewhere.
struct ProviderLink: Sendable {
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
    }

    static let connectSeconds: Int64 = 5
    /// From the question to the last byte of the answer: somebody waits for it.
    static let answerSeconds: Int64 = 10
    /// Keys of the largest providers take some 20 KiB.
    static let maxBodyBytes = 256 * 1024

    private let tls: NIOSSLContext?

    /// - Parameter authorities: PEM file of those whose certificates are believed; nil for the system's.
    init(authorities: String?) throws(OpenIDError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            }
            self.tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusable(what: "authority \(authorities ?? "of this system")", reason: "\(error)")
        }
    }

    func get(_ url: ProviderURL) async throws(OpenIDError) -> Answer {
        try await self.ask(url, self.head(.GET, url), body: nil)
    }

    func post(_ url: ProviderURL, form: String, authorization: String?) async throws(OpenIDError) -> Answer {
        var head = self.head(.POST, url)
        head.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        head.headers.add(name: "Content-Length", value: String(form.utf8.count))
        if let authorization { head.headers.add(name: "Authorization", value: authorization) }
        return try await self.ask(url, head, body: ByteBuffer(string: form))
    }

    private func head(_ method: HTTPMethod, _ url: ProviderURL) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: method, uri: url.target,
            headers: [
                "Host": url.authority, "Accept": "application/json", "User-Agent": "tailrace", "Connection": "close",
            ])
    }

    private func ask(
        _ url: ProviderURL, _ head: HTTPRequestHead, body: ByteBuffer?
    ) async throws(OpenIDError) -> Answer {
        let group = MultiThreadedEventLoopGroup.singleton
        let answer = group.any().makePromise(of: Answer.self)
        let tls = url.isSecure ? self.tls : nil
        // SNI (RFC 6066 §3) carries no addresses.
        let name = url.isAddress ? nil : url.host
        ClientBootstrap(group: group)
            .connectTimeout(.seconds(Self.connectSeconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name)) }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ProviderExchange(head, body, answer))
                }
            }
            .connect(host: url.host, port: url.port)
            .whenFailure { answer.fail($0) }
        do { return try await answer.futureResult.get() } catch {
            throw .unreachable(host: url.authority, reason: Self.words(error))
        }
    }

    /// A failure for people.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as ProviderExchange.Failure: return error.reason
        case let error as NIOConnectionError:
            if let single = error.connectionErrors.first { return Self.words(single.error) }
            return "there is no host called \(error.host)"
        case let error as IOError: return "\(error)"
        case ChannelError.connectTimeout: return "no connection within \(Self.connectSeconds) s"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "its certificate is for another name"
        case NIOSSLError.handshakeFailed(let cause) where "\(cause)".contains("CERTIFICATE_VERIFY_FAILED"):
            return "its certificate is signed by nobody that is trusted here, or has expired; name the PEM file of "
                + "its authority as ca in [auth.oidc]"
        default: return "\(error)"
        }
    }
}
