internal import Synchronization

/// Tells everything that runs or waits that it is to end, and why.
package final class StopSwitch: Sendable {
    package enum Reason: Sendable, Hashable {
        case interrupt, terminate
        /// The time that was given is over.
        case timeout
        /// The time that was asked for has come.
        case until
    }

    private struct State {
        var reason: Reason?
        var actions: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var reason: Reason? { self.state.withLock { $0.reason } }

    /// Only the first reason counts.
    package func stop(_ reason: Reason) {
        let actions = self.state.withLock { state in
            guard state.reason == nil else { return [@Sendable () -> Void]() }
            state.reason = reason
            defer { state.actions = [] }
            return state.actions
        }
        for action in actions { action() }
    }

    /// Runs `action` when it is time to stop, at once if it is already.
    package func onStop(_ action: @escaping @Sendable () -> Void) {
        let isStopped = self.state.withLock { state in
            if state.reason == nil { state.actions.append(action) }
            return state.reason != nil
        }
        if isStopped { action() }
    }
}
