internal import Synchronization
package import TailraceEvent

/// Commits a consumer's position on the relay as events are done with: about every second, and at the end.
///
/// Positions are noted as often as they move. What is noted and not committed yet comes again the next time.
package final class ConsumerCommitter: Sendable {
    private struct State {
        var noted: Position?
        var committed: Position?
        /// Why the last commit was refused, until somebody was told.
        var problem: String?
        var toldProblem: String?
    }

    private let link: RelayLink
    private let consumer: RelayConsumer
    private let state = Mutex(State())

    private static let interval = Duration.seconds(1)

    package init(link: RelayLink, name: String) {
        self.link = link
        self.consumer = RelayConsumer(name: name)
    }

    package func note(_ position: Position) { self.state.withLock { $0.noted = position } }

    /// Commits what was noted about every second, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            await self.commit()
        }
    }

    /// Commits what was noted; a failure leaves it for the next time.
    package func commit() async {
        guard let position = self.state.withLock({ $0.noted == $0.committed ? nil : $0.noted }) else { return }
        do {
            _ = try await self.link.post(self.consumer.commitPath, json: RelayConsumer.commit(position))
            self.committed(position)
        } catch LinkError.refused(409, _) {
            // Another reader under this name is further.
            self.committed(position)
        } catch let error as LinkError {
            self.state.withLock { $0.problem = error.description }
        } catch {
            // Cancelled: whoever did that commits once more.
        }
    }

    private func committed(_ position: Position) {
        self.state.withLock { state in
            state.committed = position
            state.problem = nil
            state.toldProblem = nil
        }
    }

    /// What keeps positions from being committed; each thing once.
    package func takeProblem() -> String? {
        self.state.withLock { state in
            guard let problem = state.problem, problem != state.toldProblem else { return nil }
            state.toldProblem = problem
            return problem
        }
    }

    /// Nil if everything that was noted is committed, else why not.
    package var remainder: String? {
        self.state.withLock { state in
            guard let noted = state.noted, noted != state.committed else { return nil }
            let reason = state.problem ?? "no time was left"
            return "\(noted) is not committed, and what was read lately comes again: \(reason)"
        }
    }
}

/// A consumer as the relay's routes call it.
package struct RelayConsumer: Sendable {
    package let name: String

    package init(name: String) { self.name = name }

    package var path: String { "api/v1/consumers/\(PercentCoding.encode(self.name))" }
    package var commitPath: String { self.path + "/commit" }

    /// The body of a commit; `rewinds` allows it to go back.
    package static func commit(_ position: Position, rewinds: Bool = false) -> [UInt8] {
        var object = JSONObject()
        object.member("position", position.description)
        if rewinds { object.member("rewind", true) }
        return object.finish()
    }
}
