internal import NIOCore
internal import NIOSSL

/// Whom a client believes and what it shows of itself, where an address asks for TLS.
package struct LinkTrust: Sendable, Hashable {
    /// PEM file of the authorities to believe; nil for the system's.
    package var authorities: String?
    /// PEM files that a relay with `client_ca` asks for.
    package var certificate: String?
    package var key: String?
    /// Shown with each request to a relay that asks who is there.
    package var token: String?

    package init(
        authorities: String? = nil, certificate: String? = nil, key: String? = nil, token: String? = nil
    ) {
        self.token = token
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    var files: [String] { [self.authorities, self.certificate, self.key].compactMap(\.self) }
}

/// What stands between the socket and HTTP: TLS (1.2 or later), or nothing.
struct LinkSecurity: Sendable {
    private let context: NIOSSLContext?
    /// For SNI (RFC 6066 §3), which carries no addresses.
    private let name: String?

    /// An address that asks for TLS is never spoken to without it.
    init(_ address: RelayAddress, _ trust: LinkTrust) throws(LinkError) {
        guard address.isSecure, case .tcp(let host, _) = address.endpoint else {
            self.context = nil
            self.name = nil
            return
        }
        self.name = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authorities = trust.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            }
            if let certificate = trust.certificate, let key = trust.key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusableTrust(trust, reason: "\(error)")
        }
    }

    /// Adds what the address needs to a new connection's empty pipeline.
    /// - Returns: when both sides have agreed.
    func install(on channel: any Channel) throws -> EventLoopFuture<Void> {
        guard let context = self.context else { return channel.eventLoop.makeSucceededVoidFuture() }
        let agreed = channel.eventLoop.makePromise(of: Void.self)
        do {
            try channel.pipeline.syncOperations.addHandlers(
                NIOSSLClientHandler(context: context, serverHostname: self.name), HandshakeWatch(agreed))
        } catch {
            agreed.fail(error)
            throw error
        }
        return agreed.futureResult
    }

    /// A failed handshake for people; nil if the error is another.
    static func words(_ error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another name"
        case NIOSSLError.handshakeFailed(let cause):
            if "\(cause)".contains("CERTIFICATE_VERIFY_FAILED") {
                "its certificate is signed by nobody that is trusted here, or has expired; "
                    + "name the PEM file of its authority in TAILRACE_CA_FILE"
            } else if "\(cause)".contains("WRONG_VERSION_NUMBER") {
                "it does not speak TLS; write http:// in front of its address"
            } else {
                "no agreement on TLS (\(cause))"
            }
        case is BoringSSLError where "\(error)".contains("CERTIFICATE_REQUIRED"):
            "it wants a certificate of its clients; name PEM files in TAILRACE_CERT_FILE and TAILRACE_KEY_FILE"
        case is NIOSSLError, is BoringSSLError: "TLS failed (\(error))"
        default: nil
        }
    }
}
