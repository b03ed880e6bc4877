internal import NIOHTTP1

/// Headers that every response carries.
enum SecurityHeaders {
    /// Only the page's own files, no inline script or style; in a frame only beside itself, for its split view. Text
    /// becomes neither markup nor the address of a script: the one policy of Trusted Types names the page's worker.
    static let contentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types tailrace"

    static func add(to headers: inout HTTPHeaders) {
        headers.replaceOrAdd(name: "X-Content-Type-Options", value: "nosniff")
        if !headers.contains(name: "Content-Security-Policy") {
            headers.add(name: "Content-Security-Policy", value: Self.contentPolicy)
        }
        if !headers.contains(name: "Referrer-Policy") { headers.add(name: "Referrer-Policy", value: "no-referrer") }
        headers.replaceOrAdd(name: "Cross-Origin-Resource-Policy", value: "same-origin")
        headers.replaceOrAdd(name: "Cross-Origin-Opener-Policy", value: "same-origin")
        if !headers.contains(name: "Cache-Control") { headers.add(name: "Cache-Control", value: "no-store") }
    }
}
