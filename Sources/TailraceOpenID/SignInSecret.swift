internal import TailraceAccess

/// What one sign-in is held together by: a secret that only the browser keeps, in a cookie of the login's own.
///
/// All that the provider gets to see is made from it one way, so the relay needs to remember nothing, and nobody can
/// crowd out the sign-ins of others.
package struct SignInSecret: Sendable {
    /// The cookie's value.
    package let text: String

    package static func make() -> SignInSecret { SignInSecret(unchecked: Secret.make()) }

    /// Nil if it is none of ours.
    package init?(_ text: String) {
        guard text.utf8.count == 43 else { return nil }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    /// Ties what comes back to the browser that asked (RFC 6749 §10.12).
    var state: String { self.derived("state") }
    /// Ties the token to this sign-in.
    var nonce: String { self.derived("nonce") }
    /// Shown to nobody before the code is exchanged (RFC 7636 §4.1).
    var verifier: String { self.derived("verifier") }
    var challenge: String { Secret.base64url(Secret.digest(self.verifier)) }

    private func derived(_ purpose: String) -> String {
        Secret.base64url(Secret.digest("tailrace \(purpose) \(self.text)"))
    }
}
