package import NIOCore

/// Decides which pings are answered when: at once, but only a handful for each read.
///
/// A peer that pings faster than it reads gets an answer to its latest ping only, which RFC 6455 §5.5.3 allows, so no
/// queue of answers can grow.
package struct PongThrottle {
    private var answersInRead = 0
    /// The latest ping that was not answered at once.
    private var latest: ByteBuffer?

    package init() {}

    /// Conformance suites send ten in a row and expect as many answers.
    package static let maxAnswersInRead = 16

    /// What to answer at once, if anything.
    package mutating func received(_ payload: ByteBuffer, isWritable: Bool) -> ByteBuffer? {
        guard isWritable, self.latest == nil, self.answersInRead < Self.maxAnswersInRead else {
            self.latest = payload
            return nil
        }
        self.answersInRead += 1
        return payload
    }

    /// What to answer now that the read is over or the peer takes bytes again.
    package mutating func caughtUp(isWritable: Bool) -> ByteBuffer? {
        guard isWritable else { return nil }
        self.answersInRead = 0
        return self.latest.take()
    }
}
