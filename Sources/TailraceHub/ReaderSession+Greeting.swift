internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

extension ReaderSession {
    /// The first message on a WebSocket: what relay this is and what can be opened.
    package func greet(maxMessageBytes: Int, user: String? = nil) {
        let log = self.hub.log
        let facts = self.hub.facts
        // The generation first: streams that are newer than it are asked for once more, older ones never would be.
        let configuration = facts.configuration()
        let streams = self.hub.streams.names
        self.send(
            ControlMessage("hello") { hello in
                hello.member("version", facts.version)
                hello.member("epoch", log.epoch)
                hello.member("head", log.head)
                hello.member("oldest", log.oldest)
                hello.member("position", log.position(of: log.head).description)
                hello.member("host", facts.host)
                hello.member("streams", strings: streams)
                hello.member("limits") { limits in
                    limits.member("message_bytes", maxMessageBytes)
                    limits.member("last", OpenPlan.maxLast)
                    limits.member("fetch", Fetch.maxEvents)
                    limits.member("watch", PanelLimits.maxWatchedPerViewer)
                }
                hello.member("configuration") { configuration.write(into: &$0) }
                if let user { hello.member("user", user) } else { hello.null("user") }
            })
    }
}

extension ReaderSession {
    /// Tells the client that what it asked for can't be done; everything stays as it was.
    package func refuse(_ problem: ReaderProblem) { self.send(.error(problem)) }
}

extension ControlMessage {
    static func opened(_ plan: OpenPlan, position: Position) -> ControlMessage {
        ControlMessage("opened") { opened in
            opened.member("complete", plan.missing == nil)
            if let missing = plan.missing { opened.member("missing") { missing.write(into: &$0) } }
            opened.member("from", position.description)
            opened.member("epoch", position.epoch)
            opened.member("stream", plan.lens.stream)
            opened.member("filter", plan.lens.filter.canonical)
            if let hint = plan.lens.filter.hint { opened.member("hint", hint) }
            if let consumer = plan.consumer { opened.member("consumer") { consumer.write(into: &$0) } }
        }
    }
}
