internal import NIOCore

/// What stands between the socket and HTTP: nothing yet. TLS goes in here, first in the pipeline.
enum LinkSecurity {
    /// Refuses before a connection is made; an address that asks for TLS is never spoken to without it.
    static func check(_ address: RelayAddress) throws(LinkError) {
        if address.isSecure { throw .tlsUnavailable(address) }
    }

    /// Adds what an address needs to a new connection's empty pipeline.
    static func install(on pipeline: ChannelPipeline.SynchronousOperations, for address: RelayAddress) throws {
        try Self.check(address)
    }
}
