package import NIOCore

/// How a handler answers.
package enum HTTPAnswer {
    case response(HTTPResponse)
    /// Becomes ready on any event loop; the connection waits at most `HTTPOptions.answerDeadline` for it.
    case later(EventLoopFuture<HTTPResponse>)
    /// Calls back once, on the channel's event loop; for what can be said only after a look at the disk. The connection
    /// waits as for `later`.
    case deferred((@escaping (HTTPAnswer) -> Void) -> Void)
    /// A response whose body comes bit by bit; the head's own body, if any, is sent first.
    case stream(HTTPResponse, any StreamBody)
}

/// Called on the channel's event loop; must not block.
package typealias HTTPHandler = @Sendable (HTTPRequest) -> HTTPAnswer

/// The writing end of a streamed response; all calls come on the channel's event loop.
package protocol StreamBody: AnyObject {
    /// Once, after the head was written. Not called for HEAD.
    func opened(_ connection: StreamConnection)
    func writabilityChanged(isWritable: Bool)
    /// The relay stops: write what is left and `end()`; whoever does not is cut off after the grace time.
    func shutdownRequested()
    /// Once, when nothing more can be written: the reader left, or `end()` went through.
    func closed()
}
