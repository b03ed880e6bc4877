/// How long to wait before the next attempt: at random, so that readers of one relay do not all come back at once.
package struct Backoff: Sendable {
    private static let first = 0.1
    private static let longest = 10.0
    private var failures = 0

    package init() {}

    package mutating func succeeded() { self.failures = 0 }

    /// A pause up to 0.1 s after the first failure, twice that after each further one, 10 s at most.
    package mutating func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        let limit = min(Self.longest, Self.first * Double(1 << min(self.failures, 10)))
        self.failures += 1
        return .seconds(Double.random(in: limit / 10...limit, using: &generator))
    }

    package mutating func pause() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return self.pause(using: &generator)
    }
}
