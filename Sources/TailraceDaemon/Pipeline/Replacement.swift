internal import TailraceRouter

extension Pipeline {
    /// What another configuration says of events on their way to the log.
    struct Replacement: Sendable {
        var routes: [RouteDefinition]
        var streamNumbers: [String: Int]
        var host: String
        var status: RouterStatus
        var redaction: Redaction
        /// What an earlier run of the relay had still to tell the readers of streams that are new in this one.
        var untold: [String: [String: [UInt8]]]

        func router(adopting old: consuming Router) -> Router {
            var router = Router(
                routes: self.routes, streamNumbers: self.streamNumbers, host: self.host, status: self.status,
                adopting: old)
            for (stream, checkpoints) in self.untold { router.restore(stream, from: checkpoints) }
            return router
        }
    }
}
