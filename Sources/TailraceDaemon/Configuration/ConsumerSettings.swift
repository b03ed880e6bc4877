/// `[consumers]`: named readers whose position the relay keeps.
package struct ConsumerSettings: Sendable, Hashable {
    package var maxCount: Int
    /// One that nobody uses for so long is forgotten.
    package var maxIdle: Duration

    package init(maxCount: Int = 256, maxIdle: Duration = .seconds(30 * 86_400)) {
        self.maxCount = maxCount
        self.maxIdle = maxIdle
    }
}
