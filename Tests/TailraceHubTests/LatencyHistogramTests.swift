import TailraceHub
import Testing

struct LatencyHistogramTests {
    @Test func `what took so long is counted where its bound is`() {
        let histogram = LatencyHistogram()
        for nanoseconds: Int64 in [-5, 0, 1_000_000, 1_000_001, 10_000_000_000, 10_000_000_001] {
            histogram.observe(nanoseconds: nanoseconds)
        }
        let seen = histogram.snapshot
        #expect(seen.counts.count == LatencyHistogram.bounds.count + 1)
        #expect(seen.counts.prefix(2) == [3, 1] && seen.counts.suffix(2) == [1, 1] && seen.counts.reduce(0, +) == 6)
        #expect((20.002...20.003).contains(seen.seconds))
    }
}
