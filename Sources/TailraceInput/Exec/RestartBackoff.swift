/// How long to wait before a command is started again: twice as long after each short run, with some chance in it so
/// that many commands that fell together do not rise together.
package struct RestartBackoff {
    private let delays: ClosedRange<Duration>
    private var next: Duration

    package init(_ delays: ClosedRange<Duration>) {
        self.delays = delays
        self.next = delays.lowerBound
    }

    /// The pause after a run that took so long; a run longer than the longest pause counts as a good one.
    package mutating func pause(afterRun run: Duration, using random: inout some RandomNumberGenerator) -> Duration {
        if run > self.delays.upperBound { self.next = self.delays.lowerBound }
        let pause = self.next
        self.next = min(self.next * 2, self.delays.upperBound)
        return pause * Double.random(in: 0.8...1.2, using: &random)
    }
}
