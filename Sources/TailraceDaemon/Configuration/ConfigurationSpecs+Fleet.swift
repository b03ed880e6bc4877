package import TailraceOptions

extension ConfigurationSpecs {
    package static let fleet: [OptionSpec] = [
        OptionSpec(
            "mode", .choice(FleetSettings.Mode.allCases.map(\.rawValue)), default: "\"off\"",
            "\"agent\" also publishes this host's log to NATS JetStream; \"hub\" serves what agents publish."),
        OptionSpec(
            "servers", .strings,
            "Where the NATS servers are: \"nats://HOST:4222\", or \"tls://HOST:4222\"; needed unless the mode is off."),
        OptionSpec(
            "name", .string,
            "The fleet, the same on all its hosts and hubs: a-z A-Z 0-9 _ - up to 32 characters; needed, too."),
        OptionSpec("host", .string, "What this host is called in the fleet; default: its host name."),
        OptionSpec("stream", .string, "The JetStream stream; default: tailrace_ and the fleet's name."),
        OptionSpec(
            "replicas", .integer(1...5), default: "1", "Servers that keep each message, where the stream is made."),
        OptionSpec(
            "max_bytes", .size, default: "\"10GiB\"", "Size of the stream where it is made; its oldest events leave."),
        OptionSpec("max_age", .duration, default: "\"7d\"", "Age of the stream's events where it is made."),
        OptionSpec(
            "window", .integer(1...4096), default: "64", "Messages published and not acknowledged yet, of an agent."),
        OptionSpec(
            "catch_up_rate", .integer(0...10_000_000), default: "20000",
            "Events per second by which an agent's backlog gets smaller; 0 is as fast as it goes."),
        OptionSpec("credentials", .string, "File with a user's JWT and seed; read again for each connection."),
        OptionSpec("user", .string, "User at the server."),
        OptionSpec("password", .string, "Its password, as ${credential:NAME} or ${file:/PATH}."),
        OptionSpec("tls_ca", .string, "PEM file: the authorities of the servers' certificates; default: the system's."),
        OptionSpec("tls_certificate", .string, "PEM file: this host's certificate, for servers that ask for one."),
        OptionSpec("tls_key", .string, "PEM file: its private key."),
        OptionSpec(
            "since", .duration, default: "\"1h\"", "How far back a hub without a log of its own begins, 0s to 3650d."),
        OptionSpec(
            "resend_timeout", .duration, default: "\"30s\"",
            "A host that does not answer a hub's question for so long has lost what was asked for, 1s to 1h."),
    ]
}
