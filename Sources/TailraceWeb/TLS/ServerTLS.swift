internal import NIOSSL
package import TailraceEvent

/// What the relay proves itself with to those who connect, checked as a whole before it is used.
///
/// TLS 1.2 (RFC 5246) is the least that is spoken; versions before it are formally ended (RFC 8996).
package struct ServerTLS: Sendable {
    /// PEM files (RFC 7468).
    package struct Files: Sendable, Hashable {
        /// The certificate, then those that lead to a known authority.
        package var certificate: String
        package var key: String
        /// Who must have signed the certificates that clients show; nil asks them for none.
        package var clientAuthority: String?

        package init(certificate: String, key: String, clientAuthority: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientAuthority = clientAuthority
        }
    }

    let context: NIOSSLContext
    /// From when and until when the certificate holds.
    package let validity: Range<Timestamp>

    package init(_ files: Files) throws(TLSProblem) {
        let chain = try Self.certificates(.certificate, files.certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(try Self.key(files.key)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let authority = files.clientAuthority {
            configuration.trustRoots = .certificates(try Self.certificates(.clientAuthority, authority))
            // Of a client there is no host name to compare.
            configuration.certificateVerification = .noHostnameVerification
        }
        do { self.context = try NIOSSLContext(configuration: configuration) } catch {
            throw TLSProblem(
                part: .key, path: files.key, reason: "it does not belong to the certificate \(files.certificate)",
                hint: "name the key that the certificate was made for")
        }
        // A certificate was read, so there is a first.
        let own = chain[0]
        let start = Timestamp(nanoseconds: Int64(own.notValidBefore) * 1_000_000_000)
        self.validity = start..<max(start, Timestamp(nanoseconds: Int64(own.notValidAfter) * 1_000_000_000))
    }

    private static func certificates(
        _ part: TLSProblem.Part, _ path: String
    ) throws(TLSProblem) -> [NIOSSLCertificate] {
        let bytes = try TLSFile.bytes(of: path, part)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw TLSProblem(
                part: part, path: path, reason: "it holds no certificate",
                hint: "expected PEM: -----BEGIN CERTIFICATE-----")
        }
        return certificates
    }

    private static func key(_ path: String) throws(TLSProblem) -> NIOSSLPrivateKey {
        let bytes = try TLSFile.bytes(of: path, .key)
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw TLSProblem(
                part: .key, path: path, reason: "it holds no private key, or one with a passphrase",
                hint: "expected PEM: -----BEGIN PRIVATE KEY-----")
        }
        return key
    }
}

/// Why the files of `[server] tls` can't be used.
package struct TLSProblem: Error, Hashable, CustomStringConvertible {
    package enum Part: String, Sendable {
        case certificate
        case key
        case clientAuthority = "client_ca"
    }

    package var part: Part
    package var path: String
    package var reason: String
    package var hint: String

    package var description: String { "\(self.part.rawValue) \(self.path): \(self.reason); \(self.hint)" }
}
