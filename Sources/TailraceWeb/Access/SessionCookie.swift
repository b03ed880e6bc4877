/// The cookie that holds a session's id (RFC 6265).
enum SessionCookie {
    static let name = "tailrace_session"

    /// No script reads it, no page of another site makes a browser send it, and with TLS it never travels without.
    static func begin(_ id: String, isSecure: Bool) -> String {
        "\(Self.name)=\(id); Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    static func end(isSecure: Bool) -> String { Self.begin("", isSecure: isSecure) + "; Max-Age=0" }
}
