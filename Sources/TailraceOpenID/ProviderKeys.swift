internal import FoundationEssentials
internal import JWTKit

/// The public keys that a provider signs with (RFC 7517), and the check of a token against them.
struct ProviderKeys: Sendable {
    private let keys: [JWK]

    /// No `none`, and nothing with a secret that both sides have: a public key must not be taken for one.
    private static let algorithms: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]
    private static let maxKeys = 64

    /// One key of a set; nil for kinds and uses that sign nothing here.
    private struct Entry: Decodable {
        var key: JWK?

        private enum Members: String, CodingKey {
            case use, n
        }

        init(from decoder: any Decoder) throws {
            let members = try? decoder.container(keyedBy: Members.self)
            let use = try? members?.decode(String.self, forKey: .use)
            let modulus = (try? members?.decode(String.self, forKey: .n)) ?? ""
            // A set may have keys of kinds that are not known here, beside those that matter.
            self.key = (use ?? "sig") == "sig" ? try? JWK(from: decoder) : nil
            // 2048 bits are 342 letters of base64; what is shorter is no longer safe.
            if self.key?.keyType == .rsa, modulus.utf8.count < 342 { self.key = nil }
        }
    }

    private struct Members: Decodable {
        var keys: [Entry]
    }

    init(_ body: [UInt8]) throws(OpenIDError) {
        let members: Members
        do { members = try JSONDecoder().decode(Members.self, from: Data(body)) } catch {
            throw .unusable(what: "set of keys", reason: "it is none (\(error))")
        }
        self.keys = members.keys.prefix(Self.maxKeys).compactMap(\.key)
    }

    /// What stands before the claims, not checked by anybody yet.
    struct Header: Sendable {
        var alg: String
        var kid: String?
    }

    static func header(of token: String) throws(OpenIDError) -> Header {
        do {
            let header = try DefaultJWTParser().parse(Array(token.utf8), as: IDTokenClaims.self).header
            let algorithm = header.alg ?? ""
            guard Self.algorithms.contains(algorithm) else {
                throw OpenIDError.wrongToken(reason: "it is signed by \"\(algorithm.prefix(20))\", which is no proof")
            }
            return Header(alg: algorithm, kid: header.kid)
        } catch let error as OpenIDError {
            throw error
        } catch { throw .wrongToken(reason: "it is no JSON Web Token") }
    }

    /// The key of a header; a token without a name of its key needs a set of one.
    func key(for header: Header) -> JWK? {
        let fitting = self.keys.filter { $0.algorithm == nil || $0.algorithm?.rawValue == header.alg }
        guard let kid = header.kid else { return fitting.count == 1 ? fitting[0] : nil }
        return fitting.first { $0.keyIdentifier?.string == kid }
    }

    /// The claims of a token that this key signed.
    static func claims(
        of token: String, signedWith key: JWK, _ header: Header
    ) async throws(OpenIDError) -> IDTokenClaims {
        var key = key
        key.keyIdentifier = JWKIdentifier(string: header.kid ?? "")
        key.algorithm = JWK.Algorithm(rawValue: header.alg)
        do {
            let collection = try await JWTKeyCollection().add(jwk: key)
            return try await collection.verify(token, as: IDTokenClaims.self)
        } catch { throw .wrongToken(reason: "its signature or its form is wrong (\(error))") }
    }
}
