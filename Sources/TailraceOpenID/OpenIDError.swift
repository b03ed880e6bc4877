/// Why somebody could not sign in by a provider.
package enum OpenIDError: Error, Sendable, CustomStringConvertible {
    case unreachable(host: String, reason: String)
    /// It answered, and not with what it was asked for.
    case unusable(what: String, reason: String)
    /// It does not take this relay for its client, or the code that a browser brought.
    case refused(error: String, reason: String?)
    /// The ID token is not what it should be.
    case wrongToken(reason: String)
    /// The person said no, or the provider did.
    case denied(error: String, reason: String?)
    /// What came back does not belong to a sign-in of this browser.
    case stale
    case noRole(name: String, claim: String, values: [String])
    case busy

    /// For the relay's own log: what, why, what to do.
    package var description: String {
        switch self {
        case .unreachable(let host, let reason): "no answer of the provider \(host): \(reason)"
        case .unusable(let what, let reason): "the provider's \(what) can't be used: \(reason)"
        case .refused(let error, let reason):
            "the provider refuses (\(error)\(reason.map { ": \($0)" } ?? "")); "
                + "compare client_id, client_secret and redirect_url in [auth.oidc] with what it has"
        case .wrongToken(let reason): "the ID token is refused: \(reason)"
        case .denied(let error, let reason): "the provider let nobody in (\(error)\(reason.map { ": \($0)" } ?? ""))"
        case .stale: "the state is not that of a sign-in of this browser"
        case .noRole(let name, let claim, let values):
            "\(name) has no role: \(claim) has \(Self.shown(values)), and no line of roles in [auth.oidc] names one"
        case .busy: "too many sign in at this moment"
        }
    }

    /// For whoever wants to sign in; no more than he may know.
    package var advice: String {
        switch self {
        case .unreachable, .unusable, .refused, .wrongToken:
            "The provider could not confirm who you are. The relay's log says why."
        case .denied: "The provider did not let you in."
        case .stale: "This sign-in was begun in another browser, or too long ago. Try again."
        case .noRole(let name, _, _):
            "You are \(name) at the provider, but have no role here. Ask whoever runs this relay."
        case .busy: "Too many sign in at this moment. Try again in a few seconds."
        }
    }

    private static func shown(_ values: [String]) -> String {
        values.isEmpty ? "no value" : values.prefix(8).map { "\"\($0.prefix(64))\"" }.joined(separator: ", ")
    }
}
