package import NIOCore

/// Tells whether a reader takes anything: bytes handed to the channel less those still pending must grow.
package struct WriteProgress {
    package var handed = 0
    private var written = 0
    private var since: NIODeadline?

    package init() {}

    /// How long nothing was taken although something was there to take.
    package mutating func stalledTime(pending: Int, now: NIODeadline) -> TimeAmount {
        let written = self.handed &- pending
        guard pending > 0, written == self.written, let since = self.since else {
            self.written = written
            self.since = now
            return .zero
        }
        return now - since
    }
}
