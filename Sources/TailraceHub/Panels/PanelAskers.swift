internal import NIOCore
internal import Synchronization

/// Who waits for the tiles of the configuration.
final class PanelAskers: Sendable {
    private struct Waiting {
        var newest = 0
        var promises: [Int: EventLoopPromise<Void>] = [:]
    }

    private let waiting = Mutex(Waiting())

    /// Done with the next answer, or when that takes too long.
    func wait(on loop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        let number = self.waiting.withLock { waiting in
            waiting.newest += 1
            waiting.promises[waiting.newest] = promise
            return waiting.newest
        }
        let deadline = loop.scheduleTask(in: PanelLimits.patience) {
            self.waiting.withLock { $0.promises.removeValue(forKey: number) }?.succeed()
        }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        return promise.futureResult
    }

    func answer() {
        let promises = self.waiting.withLock { waiting in
            defer { waiting.promises = [:] }
            return waiting.promises
        }
        for promise in promises.values { promise.succeed() }
    }
}
