import Dispatch
import Glibc
import Synchronization
import TailraceDaemon

/// SIGHUP as a wish to read the configuration again. One that comes before the relay runs is kept for it.
final class HangupSignal: Sendable {
    private struct State {
        var relay: Relay?
        var isPending = false
    }

    /// Made once, and kept by itself as long as the process runs.
    private final class Store: Sendable {
        let state = Mutex(State())
    }

    private let store = Store()

    init() {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { [store = self.store] in
            // Refers to the source, which would end without anybody who does.
            guard !source.isCancelled else { return }
            let relay = store.state.withLock { state in
                if state.relay == nil { state.isPending = true }
                return state.relay
            }
            relay?.requestReload()
        }
        source.resume()
    }

    func forward(to relay: Relay) {
        let isPending = self.store.state.withLock { state in
            state.relay = relay
            return state.isPending
        }
        if isPending { relay.requestReload() }
    }
}
