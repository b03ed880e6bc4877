internal import NIOCore
internal import TailraceHub

/// An answer about the past as a streamed response: the next step is searched for when the client has room for it.
final class HistoryBody: StreamBody {
    private let search: HistorySearch
    private let eventLoop: any EventLoop
    private var connection: StreamConnection?
    private var isSearching = false
    private var isDone = false

    init(_ search: HistorySearch, eventLoop: any EventLoop) {
        self.search = search
        self.eventLoop = eventLoop
    }

    func opened(_ connection: StreamConnection) {
        self.connection = connection
        self.pump()
    }

    func writabilityChanged(isWritable: Bool) { if isWritable { self.pump() } }

    func shutdownRequested() { self.search.stop() }

    func closed() {
        self.connection = nil
        if !self.isDone { self.search.cancel() }
    }

    private func pump() {
        guard let connection = self.connection, connection.isWritable, !self.isSearching, !self.isDone else { return }
        self.isSearching = true
        self.search.step(on: self.eventLoop).assumeIsolated().whenComplete { result in
            self.isSearching = false
            switch result {
            case .success(let step): self.write(step)
            // The workers are gone: the relay has stopped.
            case .failure: self.connection?.end()
            }
        }
    }

    private func write(_ step: HistorySearch.Step) {
        guard let connection = self.connection else { return }
        self.isDone = step.isLast
        connection.write(step.bytes)
        connection.flush()
        if step.isLast { connection.end() } else { self.pump() }
    }
}
