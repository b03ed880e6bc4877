package import NIOCore
package import NIOPosix
package import Synchronization

/// The workers' time, shared out among those who search; and how many searches each of them has open.
package final class SearchTurns: Sendable {
    private struct Turn: Sendable {
        var run: @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
        var loop: any EventLoop
    }

    private let workers: NIOThreadPool
    private let turns: Mutex<FairTurns<Turn>>
    private let open = OpenShares<String>()
    /// At `maxOpenEach`.
    package let refused = Atomic<Int>(0)

    /// - Parameter atOnce: searches that work at a time; what else the workers do waits behind no more than these.
    package init(workers: NIOThreadPool, atOnce: Int) {
        self.workers = workers
        self.turns = Mutex(FairTurns(atOnce: atOnce))
    }

    package var waiting: Int { self.turns.withLock { $0.waiting } }

    /// Runs one step of a search when its owner's turn has come.
    package func run<Result: Sendable>(
        for owner: String, on loop: any EventLoop, _ step: @escaping @Sendable () -> Result
    ) -> EventLoopFuture<Result> {
        let done = loop.makePromise(of: Result.self)
        let turn = Turn(run: { done.succeed(step()) }, fail: { done.fail($0) }, loop: loop)
        self.turns.withLock { $0.add(turn, of: owner) }
        self.dispatch()
        return done.futureResult
    }

    private func dispatch() {
        while let (owner, turn) = self.turns.withLock({ $0.next() }) {
            let work = self.workers.runIfActive(eventLoop: turn.loop) { () -> Duration in
                let clock = ContinuousClock()
                return clock.measure { turn.run() }
            }
            work.whenComplete { result in
                var time = Duration.zero
                switch result {
                case .success(let measured): time = measured
                case .failure(let error): turn.fail(error)
                }
                self.turns.withLock { $0.end(of: owner, after: time) }
                self.dispatch()
            }
        }
    }

    /// False if the owner has as many searches open as one may have.
    func begin(_ owner: String, limit: Int) -> Bool {
        let isTaken = self.open.begin(owner, limit: limit)
        if !isTaken { self.refused.add(1) }
        return isTaken
    }

    func end(_ owner: String) { self.open.end(owner) }
}

/// Who searches.
package struct Searcher: Sendable, Hashable {
    /// A user, a token, or an address.
    package var name: String
    /// False where many may be behind one address, as on this machine.
    package var isOne: Bool

    package init(name: String, isOne: Bool) {
        self.name = name
        self.isOne = isOne
    }
}

/// Why a search does not begin.
package enum SearchRefusal: Error, Sendable {
    /// So many are open altogether.
    case all(limit: Int)
    /// So many of this searcher are.
    case own(limit: Int)
}
