/// What consumers may take of the relay.
package struct ConsumerLimits: Sendable, Hashable {
    /// Consumers that are kept; a new one beyond is refused.
    package var maxCount: Int
    /// A consumer that nobody reads or commits under for so long is forgotten.
    package var maxIdle: Duration

    package init(maxCount: Int, maxIdle: Duration) {
        self.maxCount = maxCount
        self.maxIdle = maxIdle
    }
}
