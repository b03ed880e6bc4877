/// How long to wait before the next attempt: a random time up to a limit that doubles, so that a hundred hosts that
/// lost the same server at the same moment do not come back in the same one.
package struct Backoff: Sendable {
    package static let firstMilliseconds = 1000
    package static let maxMilliseconds = 30_000

    private var failures = 0

    package init() {}

    package mutating func succeeded() { self.failures = 0 }

    package mutating func next(using random: inout some RandomNumberGenerator) -> Int {
        let limit = min(Self.maxMilliseconds, Self.firstMilliseconds << min(self.failures, 5))
        self.failures += 1
        return Int.random(in: 0...limit, using: &random)
    }

    package mutating func next() -> Int {
        var random = SystemRandomNumberGenerator()
        return self.next(using: &random)
    }
}
