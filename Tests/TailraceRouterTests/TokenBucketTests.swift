@testable import TailraceRouter
import TailraceTesting
import Testing

@Suite struct TokenBucketTests {
    private static let second: Int64 = 1_000_000_000

    /// Whether each of so many events that come together has room.
    private static func take(_ count: Int, from bucket: inout TokenBucket, at now: Int64) -> [Bool] {
        (0..<count).map { _ in bucket.take(at: now) }
    }

    @Test func `a period's worth may come at once, then one each time a share of it has passed`() {
        var bucket = TokenBucket(RateLimit(count: 4, periodNanoseconds: Self.second))
        let quarter = Self.second / 4
        var taken = Self.take(5, from: &bucket, at: 100)
        #expect(taken == [true, true, true, true, false])
        taken = Self.take(1, from: &bucket, at: 100 + quarter - 1) + Self.take(2, from: &bucket, at: 100 + quarter)
        #expect(taken == [false, true, false])
        taken = Self.take(5, from: &bucket, at: 100 * Self.second)
        #expect(taken == [true, true, true, true, false])
    }

    @Test func `the largest rate and the longest silence do not overflow, and no clock goes back`() {
        var bucket = TokenBucket(
            RateLimit(count: RateLimit.maxCount, periodNanoseconds: RateLimit.maxPeriodNanoseconds))
        let taken = [Int64.min / 4, .max / 4, 0].flatMap { Self.take(1, from: &bucket, at: $0) }
        #expect(taken == [true, true, true])
    }

    /// The model counts in whole tokens times their cost, from the beginning, with no clamp but the bucket's own.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func `random arrivals agree with a model`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...50, using: &random)
        let period = [Self.second, 60 * Self.second, 3600 * Self.second][Int.random(in: 0..<3, using: &random)]
        var bucket = TokenBucket(RateLimit(count: count, periodNanoseconds: period))
        var now: Int64 = 0
        var last: Int64 = 0
        var tokens = Double(count)
        var passed = 0
        for _ in 0..<5000 {
            // Multiples of a token's time, so that the model's floating point is exact enough.
            now += Int64.random(in: 0...4, using: &random) * (period / Int64(count)) / 2
            tokens = min(Double(count), tokens + Double(now - last) * Double(count) / Double(period))
            last = now
            let expected = tokens >= 1 - 1e-6
            let isNear = abs(tokens - 1) < 1e-6
            let taken = bucket.take(at: now)
            if !isNear { #expect(taken == expected, "\(count) per \(period) at \(now): \(tokens)") }
            if taken {
                tokens -= 1
                passed += 1
            }
        }
        let bound = Double(count) + Double(now) * Double(count) / Double(period)
        #expect(Double(passed) <= bound + 1e-6)
    }
}
