import TailraceAccess
import Testing

@testable import TailraceOpenID

struct SignInTests {
    @Test func `all that a provider sees of a sign-in is made from one secret, and none of it is another`() throws {
        let secret = SignInSecret.make()
        let again = try #require(SignInSecret(secret.text))
        let shown = [secret.state, secret.nonce, secret.verifier, secret.challenge, secret.text]
        #expect(Set(shown).count == 5)
        #expect([again.state, again.nonce, again.verifier, again.challenge] == Array(shown.dropLast()))
        // RFC 7636 §4.1 wants 43 to 128 signs that need no encoding.
        for text in shown { #expect(text.utf8.count == 43 && FormText.encode(text) == text) }
        #expect(SignInSecret.make().text != secret.text)
        #expect(SignInSecret("") == nil && SignInSecret(secret.text + "A") == nil)
    }

    /// RFC 7636, appendix B.
    @Test func `a challenge is the digest of its verifier`() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(Secret.base64url(Secret.digest(verifier)) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `the first line that fits gives the role`() {
        var provider = IdentityProvider(issuer: "i", clientID: "c", redirectURL: "r", label: "l")
        #expect(provider.role(of: ["a"]) == nil)
        provider.rules = [.init(value: "a", role: "admin"), .init(value: "b", role: "reader")]
        #expect(provider.role(of: ["b", "a"]) == "admin" && provider.role(of: ["b"]) == "reader")
        #expect(provider.role(of: ["A", ""]) == nil)
        provider.defaultRole = "guest"
        #expect(provider.role(of: []) == "guest")
    }

    @Test func `somebody is known as long as what he has gives him the same role`() {
        var provider = IdentityProvider(issuer: "i", clientID: "c", redirectURL: "r", label: "l")
        provider.rules = [.init(value: "a", role: "admin")]
        let user = IdentityProvider.User(issuer: "i", subject: "1", name: "n", roleValues: ["a"], role: "admin")
        #expect(provider.knows(user))
        provider.rules = [.init(value: "a", role: "reader")]
        #expect(!provider.knows(user))
        provider.rules = [.init(value: "a", role: "admin")]
        provider.issuer = "another"
        #expect(!provider.knows(user))
    }
}
