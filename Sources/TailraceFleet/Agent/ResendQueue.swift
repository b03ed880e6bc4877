internal import Synchronization

/// What hubs asked for again, until the agent has published it.
final class ResendQueue: Sendable {
    /// More questions than this wait their turn with the hubs.
    static let maxWaiting = 64

    private let waiting = Mutex<[ResendRequest]>([])

    /// False if there is no room.
    func add(_ request: ResendRequest) -> Bool {
        self.waiting.withLock { waiting in
            if waiting.contains(request) { return true }
            guard waiting.count < Self.maxWaiting else { return false }
            waiting.append(request)
            return true
        }
    }

    var first: ResendRequest? { self.waiting.withLock { $0.first } }

    /// The first one is published up to `through`, or as a whole.
    func done(_ request: ResendRequest, through: UInt64) {
        self.waiting.withLock { waiting in
            guard waiting.first == request else { return }
            if through >= request.numbers.upperBound {
                waiting.removeFirst()
            } else {
                waiting[0].numbers = (through + 1)...request.numbers.upperBound
            }
        }
    }
}
