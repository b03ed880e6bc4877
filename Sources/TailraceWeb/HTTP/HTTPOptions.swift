package import NIOCore

/// Limits and policies of the HTTP server. Each limit has a default that says what set it.
package struct HTTPOptions: Sendable {
    /// Open connections, all kinds together; above it 503. Set by memory: 10,000 idle ones cost about 100 MiB.
    package var maxConnections = 10_240
    /// Request line and header fields together: what nginx and Apache take, and far above what browsers send.
    package var maxHeadBytes = 16 * 1024
    /// Browsers send about 20.
    package var maxHeaderFields = 64
    /// Long filters are the longest thing a target carries.
    package var maxTargetBytes = 8 * 1024
    /// No route takes more than a small JSON document.
    package var maxBodyBytes = 64 * 1024
    /// Requests that wait behind one that is being answered; real clients don't pipeline.
    package var maxPipelinedRequests = 32
    /// From the connection's or the request's first moment to the end of its body, against header and body drips.
    package var requestDeadline = TimeAmount.seconds(5)
    /// A kept-alive connection without a request.
    package var idleTimeout = TimeAmount.seconds(60)
    /// How long a handler may take to answer `.later`.
    package var answerDeadline = TimeAmount.seconds(30)
    /// A reader that takes not one byte for this long is cut off. It resumes by position, so nothing is lost.
    package var writeStallTimeout = TimeAmount.seconds(300)
    /// Bytes waiting in a channel at which it counts as not writable, and at which it is writable again.
    package var writeBufferWaterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 64 * 1024)
    /// Bytes that the kernel holds for a connection before they are sent (`TCP_NOTSENT_LOWAT`, tcp(7)); it does not
    /// bound what is under way, so long paths keep their throughput. The default of 4 MB per stalled reader is what it
    /// guards against.
    package var maxUnsentBytes: Int32 = 128 * 1024
    /// Connections that the kernel completes before they are accepted; a reconnect storm arrives at once.
    package var backlog: Int32 = 4096
    /// Access to a Unix socket's file.
    package var unixPermissions: UInt16 = 0o660
    /// Whether compression is agreed to at all.
    package var compressesWebSockets = true
    package var hosts = HostPolicy()
    /// Over TCP; a Unix socket stays without.
    package var tls: ServerTLS?

    package init() {}
}
