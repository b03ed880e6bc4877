internal import TailraceAccess
internal import TailraceHub
package import TailraceOptions

/// The keys of every table but the inputs' own: what the checker, the documentation and the printed configuration are
/// made from.
package enum ConfigurationSpecs {
    package static let server: [OptionSpec] = [
        OptionSpec(
            "listen", .strings, default: "[\"127.0.0.1:8245\"]",
            "Addresses to serve on: \"HOST:PORT\", \"[IPV6]:PORT\" or \"unix:/PATH\"."),
        OptionSpec(
            "public", .string,
            "Folder of the page; default: beside the binary, else /usr/share/tailrace/public."),
        OptionSpec(
            "allowed_origins", .strings, default: "[]",
            "Origins that may open a WebSocket beside the relay's own page; \"*\" allows all."),
        OptionSpec(
            "allowed_hosts", .strings, default: "[]",
            "Names accepted in the Host header beside addresses and those in listen; \"*\" allows all."),
        OptionSpec(
            "max_connections", .integer(1...1_000_000), default: "16384",
            "Connections held at once; more are refused."),
        OptionSpec(
            "max_streams_per_address", .integer(1...1_000_000), default: "64",
            "Streams and searches of one address beyond this machine and trusted_proxies; more are refused."),
        OptionSpec("limits", .table(Self.connectionLimits), "What one connection may take; changes need a restart."),
        OptionSpec(
            "insecure", .boolean, default: "false",
            "Allows listening beyond this host without a login: whoever can connect reads everything."),
        OptionSpec(
            "tls",
            .table([
                OptionSpec("certificate", .string, required: true, "PEM file: the certificate, then those above it."),
                OptionSpec("key", .string, required: true, "PEM file: the certificate's private key."),
                OptionSpec(
                    "client_ca", .string,
                    "PEM file: only clients with a certificate of these authorities may connect."),
            ]), "TLS on every TCP address; without it HTTP."),
        OptionSpec(
            "debug_echo", .boolean, default: "false",
            "Serves GET /debug/echo, which echoes WebSocket messages, for conformance suites."),
        OptionSpec(
            "default_panels", .boolean, default: "true",
            "Computes tiles of the relay's own choice when there is no [[panel]]."),
    ]

    package static let connectionLimits: [OptionSpec] = [
        OptionSpec(
            "max_head", .size, default: "\"16KiB\"",
            "A request before its body, 1KiB to 64KiB; larger ones get 431."),
        OptionSpec(
            "max_header_fields", .integer(ConnectionLimits.headerFields), default: "64",
            "Fields of a request; more get 431."),
        OptionSpec(
            "request_timeout", .duration, default: "\"5s\"", "Until a request has arrived, 1s to 1m; then 408."),
        OptionSpec(
            "idle_timeout", .duration, default: "\"1m\"", "A connection without a request is closed, 5s to 1h."),
        OptionSpec(
            "stall_timeout", .duration, default: "\"5m\"",
            "A reader that takes not a byte of what waits for it is cut off, 5s to 1h."),
    ]

    package static let log: [OptionSpec] = [
        OptionSpec(
            "path", .string, default: "\"/var/lib/tailrace\"",
            "Folder of the log; \"memory\" keeps nothing across restarts."),
        OptionSpec("max_size", .size, default: "\"2GiB\"", "The oldest events leave when the log is larger."),
        OptionSpec("max_age", .duration, default: "\"7d\"", "The oldest events leave when they are older."),
        OptionSpec(
            "sync", .string, default: "\"100ms\"",
            "How often commits are forced to disk: a time, \"always\" or \"never\" (the system decides)."),
        OptionSpec("memory", .size, default: "\"64MiB\"", "The recent end that is kept ready to send."),
    ]

    package static let history: [OptionSpec] = [
        OptionSpec(
            "max_time", .duration, default: "\"10s\"",
            "Longest search for one answer, 10ms to 1h; the rest is asked for with its next."),
        OptionSpec(
            "max_searched", .integer(1...1_000_000_000_000), default: "50000000",
            "Events read for one answer; the rest is asked for with its next."),
        OptionSpec(
            "max_results", .integer(1...1_000_000), default: "100000", "Events in one answer: the largest limit."),
        OptionSpec(
            "max_open", .integer(1...1000), default: "32", "Searches and exports at one time; more are refused."),
        OptionSpec(
            "max_open_each", .integer(1...1000), default: "16",
            "Of them those of one user, token or address beyond this machine; more are refused."),
    ]

    package static let consumers: [OptionSpec] = [
        OptionSpec(
            "max_count", .integer(1...1000), default: "256",
            "Consumers that are kept; a new one beyond is refused."),
        OptionSpec(
            "max_idle", .duration, default: "\"30d\"",
            "A consumer that nobody reads or commits under for so long is forgotten, 1s to 3650d."),
    ]

    package static let auth: [OptionSpec] = [
        OptionSpec(
            "mode", .choice(AccessPolicy.Mode.allCases.map(\.rawValue)), default: "\"none\"",
            "Who is let in: \"none\" asks nobody; \"token\"; \"users\" by a login; \"oidc\" by OpenID Connect; "
                + "\"proxy-header\" by a proxy."),
        OptionSpec(
            "session_idle", .duration, default: "\"12h\"",
            "Somebody who signed in and is not there for so long has to do it again, 60s to 365d."),
        OptionSpec("session_max", .duration, default: "\"7d\"", "Longest time between two logins, 60s to 365d."),
        OptionSpec(
            "max_streams", .integer(1...10_000), default: "32",
            "Streams, WebSockets and searches that one token or user has open at a time."),
        OptionSpec(
            "view_max_size", .size, default: "\"512MiB\"",
            "Of the copy of the log that each role with less than everything has."),
        OptionSpec(
            "trusted_proxies", .strings,
            "For proxy-header: addresses and networks whose headers are believed; \"unix\" for Unix sockets."),
        OptionSpec("user_header", .string, "For proxy-header: has the user's name; default: X-Forwarded-User."),
        OptionSpec("role_header", .string, "For proxy-header: has names of roles, separated by commas; default: none."),
        OptionSpec("default_role", .string, "For proxy-header: of users without another; default: they are refused."),
        OptionSpec("oidc", .table(Self.oidc), "For oidc: who signs people in, and which roles they have."),
    ]

    package static let oidc: [OptionSpec] = [
        OptionSpec("issuer", .string, required: true, "The provider, as it writes itself: https://… ."),
        OptionSpec("client_id", .string, required: true, "What the provider calls this relay."),
        OptionSpec("client_secret", .string, "As ${credential:…} or ${file:…}; default: PKCE alone."),
        OptionSpec(
            "redirect_url", .string, required: true,
            "Where browsers reach this relay, with /login-callback behind it."),
        OptionSpec("scopes", .strings, default: "[\"openid\", \"profile\"]", "What the provider is asked for."),
        OptionSpec("user_claim", .string, default: "\"preferred_username\"", "Has the name that is shown."),
        OptionSpec("role_claim", .string, default: "\"groups\"", "Has what roles go by; a.b for a member of a member."),
        OptionSpec(
            "roles", .strings, "\"VALUE = ROLE\": whoever has the value has the role; the first that fits counts."),
        OptionSpec("default_role", .string, "Of those whom no line of roles fits; default: they are refused."),
        OptionSpec("ca", .string, "PEM file of the authority of the provider's certificate; default: the system's."),
        OptionSpec("label", .string, "What the login calls the provider; default: its host."),
    ]

    package static let role: [OptionSpec] = [
        OptionSpec(
            "name", .string, required: true,
            "Unique name: a-z A-Z 0-9 _ - . up to 64 characters; \"admin\" and \"reader\" exist already."),
        OptionSpec("streams", .strings, "Only events of these streams; default: of all."),
        OptionSpec("filter", .string, "Only events that pass this filter, as in the page; default: all."),
        OptionSpec("admin", .boolean, default: "false", "Also sees status and metrics, and may reload."),
    ]

    package static let token: [OptionSpec] = [
        OptionSpec("name", .string, required: true, "Unique name: a-z A-Z 0-9 _ - . up to 64 characters."),
        OptionSpec("hash", .string, required: true, "What `tailrace token` says; never the token itself."),
        OptionSpec("role", .string, required: true, "What it lets do."),
        OptionSpec("expires", .string, "Until when it holds, as 2027-01-31T00:00:00Z; default: for ever."),
    ]

    package static let user: [OptionSpec] = [
        OptionSpec("name", .string, required: true, "Unique name, up to 128 characters."),
        OptionSpec("password", .string, "Its hash, as `tailrace hash-password` says; not for proxy-header."),
        OptionSpec("role", .string, required: true, "What the user may do."),
    ]

    /// What every input has beside the options of its type.
    package static let input: [OptionSpec] = [
        OptionSpec(
            "name", .string, required: true,
            "Unique name, the source of its events: a-z A-Z 0-9 _ - . up to 64 characters."),
        OptionSpec("type", .string, required: true, "Kind of input; its other keys depend on it."),
    ]

    package static let route: [OptionSpec] = [
        OptionSpec(
            "name", .string, required: true,
            "Unique name of the stream: a-z A-Z 0-9 _ - . up to 64 characters; \"all\" exists already."),
        OptionSpec("from", .strings, "Names of inputs; default: all."),
        OptionSpec("where", .string, "Filter, as in the page; default: everything."),
        OptionSpec(
            "drop", .boolean, default: "false", "Its events are not stored at all, only counted; it makes no stream."),
        OptionSpec(
            "capture", .strings,
            "Regular expressions (RE2) with named groups, looked for in the message: what set calls \"$name\"."),
        OptionSpec(
            "set", .scalarsByName,
            "Fields that every event it takes gets, as { team = \"web\", user = \"$user\" }; \"$$\" is a dollar."),
        OptionSpec(
            "sample", .string,
            "\"1:10\" leaves one of ten in the stream, beside all errors and the first of each kind of message."),
        OptionSpec(
            "rate_limit", .string,
            "Events that the stream takes per s, m or h, as \"1000/s\"; so many may come at once."),
        OptionSpec("roles", .strings, "Who may read the stream; default: everybody."),
        OptionSpec("batch", .table(Self.batch), "A batch of events leaves as soon as one of these is reached."),
    ]

    package static let redact: [OptionSpec] = [
        OptionSpec("name", .string, "What metrics and the status call the rule; default: its builtin or its place."),
        OptionSpec("match", .string, "What is replaced: \"builtin:email\" and the like."),
        OptionSpec("pattern", .string, "Or a regular expression (RE2); a group named secret is replaced alone."),
        OptionSpec("fields", .strings, "Only in these; \"message\" is the message. Default: that and all fields."),
        OptionSpec("from", .strings, "Only in events of these inputs; default: all."),
        OptionSpec(
            "replace", .string,
            "What stands there instead, or \"hash\" for a pseudonym; default: the name in brackets."),
        OptionSpec("key", .string, "Key of the pseudonyms, as ${file:…}; default: redaction.key in the log's folder."),
    ]

    package static let batch: [OptionSpec] = [
        OptionSpec("max_events", .integer(1...10_000), default: "500", "Events in a batch."),
        OptionSpec("max_bytes", .size, default: "\"64KiB\"", "Bytes of a batch, 1KiB to 4MiB."),
        OptionSpec("max_delay", .duration, default: "\"50ms\"", "How long an event waits for others, up to 10s."),
    ]

    package static let panel: [OptionSpec] = [
        OptionSpec("title", .string, required: true, "What stands above the tile, up to 100 characters."),
        OptionSpec(
            "name", .string,
            "Unique name that viewers know it by: a-z A-Z 0-9 _ - . up to 64 characters; default: from the title."),
        OptionSpec(
            "kind", .choice(PanelDefinition.Kind.allCases.map(\.rawValue)), required: true,
            "timeseries: values over time; top: the first by value; stat: one number; log: the last events."),
        OptionSpec("stream", .string, default: "\"all\"", "Stream whose events it takes."),
        OptionSpec("filter", .string, "Filter, as in the page; default: everything."),
        OptionSpec(
            "value", .string, default: "\"count\"",
            "count, last (when the newest event happened), or avg min max p50 p95 p99 sum of a numeric field."),
        OptionSpec("by", .strings, "Field that names the series; of several the first that an event has."),
        OptionSpec("window", .duration, default: "\"15m\"", "How far it looks back, 10s to 24h."),
        OptionSpec("every", .duration, default: "\"1s\"", "How often it is told, 1s to 1h."),
        OptionSpec(
            "limit", .integer(1...100),
            "Series of a timeseries (up to 12), entries of a top (default 10) or stat (100), events of a log (20)."),
    ]

    package static let lens: [OptionSpec] = [
        OptionSpec("name", .string, required: true, "Unique name that the page shows, up to 80 characters."),
        OptionSpec("about", .string, "What it is for, one line of up to 200 characters."),
        OptionSpec("stream", .string, default: "\"all\"", "Stream that it opens."),
        OptionSpec("filter", .string, "Filter, as in the page; default: everything."),
        OptionSpec("columns", .strings, "Fields that get a column of their own, up to 12."),
    ]

    /// The tables of settings that have no blocks, in the order in which they are written.
    package static let settings: [(name: String, specs: [OptionSpec])] = [
        ("server", Self.server), ("log", Self.log), ("history", Self.history), ("consumers", Self.consumers),
        ("auth", Self.auth), ("fleet", Self.fleet),
    ]

    /// Top-level tables, and whether they are written with two brackets.
    package static let tables: [(name: String, isArray: Bool)] = [
        ("server", false), ("log", false), ("history", false), ("consumers", false), ("input", true),
        ("redact", true), ("route", true), ("panel", true), ("lens", true), ("auth", false),
        ("role", true), ("token", true), ("user", true), ("fleet", false),
    ]
}

/// What is described for Tailrace but not in this version: refused by name, so that nobody takes it for working.
package enum Unavailable {
    package static let tables: Set<String> = []

    package static let sentence = "is not available in this version"
}

/// Names of inputs and streams.
package enum ConfigurationName {
    /// Keeps names usable in URLs, metrics and file names.
    package static let maxBytes = 64
    /// The stream that always exists.
    package static let all = "all"

    package static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= Self.maxBytes
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
                default: false
                }
            }
    }
}
