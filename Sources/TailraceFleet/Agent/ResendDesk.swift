package import Logging
internal import Synchronization
internal import TailraceLog

/// Hears the hubs' questions for numbers that did not come, on a connection of its own, and gives them to the agent.
///
/// One thread calls `serve`.
package final class ResendDesk: Sendable {
    private struct Session {
        var connection: NatsConnection
        var questions: NatsSubscription
    }

    private struct State {
        var session: Session?
        var backoff = Backoff()
        var isFailing = false
    }

    /// How long one call waits for a question.
    private static let patienceMilliseconds: Int64 = 500

    private let agent: FleetAgent
    private let settings: Mutex<(value: AgentSettings, isNew: Bool)>
    private let state = Mutex(State())
    private let logger: Logger

    package init(_ agent: FleetAgent, _ settings: AgentSettings, logger: Logger) {
        self.agent = agent
        self.settings = Mutex((settings, false))
        self.logger = logger
    }

    package func replace(_ settings: AgentSettings) {
        self.settings.withLock { held in held = (settings, held.isNew || settings.link != held.value.link) }
    }

    /// Answers what comes within a moment; returns how many milliseconds to wait before the next call.
    package func serve() -> Int {
        self.state.withLock { state in
            let (settings, isNew) = self.settings.withLock { held in
                defer { held.isNew = false }
                return held
            }
            if isNew { state.session = nil }
            do throws(NatsError) {
                let session = try self.session(&state, settings)
                if let question = try session.questions.next(milliseconds: Self.patienceMilliseconds) {
                    try self.answer(question, session)
                }
                // A subject that is not permitted is told some time after it was asked for.
                if let refusal = session.connection.refusal { throw refusal }
                state.backoff.succeeded()
                if state.isFailing { self.logger.notice("Hubs can ask this host for events again") }
                state.isFailing = false
                return 0
            } catch {
                state.session = nil
                if !state.isFailing {
                    self.logger.warning("Hubs can't ask this host for events", metadata: ["reason": "\(error)"])
                }
                state.isFailing = true
                return state.backoff.next()
            }
        }
    }

    package func close() { self.state.withLock { $0.session = nil } }

    private func session(_ state: inout State, _ settings: AgentSettings) throws(NatsError) -> Session {
        if let session = state.session {
            if let lost = session.connection.lost { throw lost }
            return session
        }
        let connection = try NatsConnection(settings.link)
        let questions = try connection.subscribe(settings.subjects.resend(host: settings.host))
        try connection.roundTrip()
        let session = Session(connection: connection, questions: questions)
        state.session = session
        return session
    }

    private func answer(_ question: NatsMessage, _ session: Session) throws(NatsError) {
        let word = self.agent.take(question.payload)
        guard let reply = question.reply else { return }
        try session.connection.publish(NatsMessage(subject: reply, payload: Array(word.utf8)))
    }
}

extension FleetAgent {
    /// Takes up a question, and says what comes of it.
    func take(_ question: [UInt8]) -> String {
        self.status.withLock { $0.resendRequests += 1 }
        let answer: String
        if let request = ResendRequest(question) {
            let isAhead = request.epoch == self.log.epoch && request.numbers.upperBound > self.log.head
            if isAhead {
                answer = "refused the log ends at \(self.log.head)"
            } else if self.resends.add(request) {
                self.wakeUp()
                return "ok"
            } else {
                answer = "busy"
            }
        } else {
            answer = "refused the question is not <epoch> <from> <through>"
        }
        self.status.withLock { $0.resendRefused += 1 }
        return answer
    }
}
