internal import CNats

/// The library's own form of `LinkSettings`.
enum NatsOptions {
    /// The caller destroys what it gets.
    static func make(
        _ settings: LinkSettings, closure: UnsafeMutableRawPointer?
    ) throws(NatsError) -> OpaquePointer {
        var made: OpaquePointer?
        try Self.check(natsOptions_Create(&made), "cannot prepare a connection")
        guard let options = made else { throw NatsError(.other, "cannot prepare a connection: out of memory") }
        do throws(NatsError) {
            try Self.reach(options, settings)
            try Self.limit(options)
            try Self.secure(options, settings)
            try Self.identify(options, settings)
            try Self.listen(options, closure)
        } catch {
            natsOptions_Destroy(options)
            throw error
        }
        return options
    }

    private static func reach(_ options: OpaquePointer, _ settings: LinkSettings) throws(NatsError) {
        var strings = CStrings()
        defer { strings.free() }
        var servers = settings.servers.map { strings.make($0) }
        try Self.check(
            natsOptions_SetServers(options, &servers, Int32(servers.count)), "the servers can't be used")
        try Self.check(natsOptions_SetName(options, settings.name), "the name can't be used")
        try Self.check(natsOptions_SetAllowReconnect(options, false), "cannot prepare a connection")
    }

    private static func limit(_ options: OpaquePointer) throws(NatsError) {
        let what = "cannot prepare a connection"
        try Self.check(natsOptions_SetTimeout(options, LinkLimits.connectMilliseconds), what)
        try Self.check(natsOptions_SetWriteDeadline(options, LinkLimits.writeMilliseconds), what)
        try Self.check(natsOptions_SetPingInterval(options, LinkLimits.pingMilliseconds), what)
        try Self.check(natsOptions_SetMaxPingsOut(options, LinkLimits.pingsUnanswered), what)
    }

    private static func secure(_ options: OpaquePointer, _ settings: LinkSettings) throws(NatsError) {
        guard settings.isSecure || settings.servers.contains(where: { $0.hasPrefix("tls://") }) else { return }
        try Self.check(natsOptions_SetSecure(options, true), "TLS can't be used")
        if let authority = settings.authority {
            try Self.check(
                natsOptions_LoadCATrustedCertificates(options, authority), "cannot read the authority \(authority)")
        }
        if let certificate = settings.certificate, let key = settings.key {
            try Self.check(
                natsOptions_LoadCertificatesChain(options, certificate, key),
                "cannot read the certificate \(certificate) with the key \(key)")
        }
    }

    private static func identify(_ options: OpaquePointer, _ settings: LinkSettings) throws(NatsError) {
        if let user = settings.user {
            try Self.check(
                natsOptions_SetUserInfo(options, user, settings.password ?? ""), "the user can't be used")
        }
        if let credentials = settings.credentials {
            try Self.check(
                natsOptions_SetUserCredentialsFromFiles(options, credentials, nil),
                "cannot use the credentials \(credentials)")
        }
    }

    private static func listen(_ options: OpaquePointer, _ closure: UnsafeMutableRawPointer?) throws(NatsError) {
        let what = "cannot prepare a connection"
        try Self.check(
            natsOptions_SetClosedCB(options, { NatsConnection.ended($0, $1) }, closure), what)
        try Self.check(
            natsOptions_SetErrorHandler(options, { NatsConnection.erred($0, $2, $3) }, closure), what)
    }

    private static func check(_ status: natsStatus, _ what: String) throws(NatsError) {
        guard status == NATS_OK else { throw NatsError(status, doing: what) }
    }
}
