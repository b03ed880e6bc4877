internal import Synchronization

/// How long something took, counted by bounds for `/metrics`; observed per frame, never per event.
package final class LatencyHistogram: Sendable {
    /// What was counted by a moment.
    package struct Snapshot: Sendable {
        /// Up to each bound and no longer than the one before it, then what took longer than the last.
        package var counts: [Int]
        package var seconds: Double
    }

    /// Seconds: from what a local reader sees to what somebody would call about.
    package static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state: Mutex<Snapshot>

    package init() {
        self.state = Mutex(Snapshot(counts: [Int](repeating: 0, count: Self.bounds.count + 1), seconds: 0))
    }

    package var snapshot: Snapshot { self.state.withLock { $0 } }

    package func observe(nanoseconds: Int64) {
        let seconds = Double(max(0, nanoseconds)) / 1e9
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        self.state.withLock { state in
            state.counts[place] += 1
            state.seconds += seconds
        }
    }
}
