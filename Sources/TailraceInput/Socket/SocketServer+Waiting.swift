import TailraceCodec
import TailraceEvent

/// Events that wait for further lines.
extension SocketServer {
    /// Remembers until when a connection's event waits. Of too many the one that waits for longest goes on without.
    func noteWaiting(_ connection: SocketConnection) {
        guard let deadline = connection.scribe.deadline else {
            if !self.waiting.isEmpty { self.waiting[connection.number] = nil }
            return
        }
        self.waiting[connection.number] = deadline
        guard self.waiting.count > Multiline.maxOpen, let oldest = self.waiting.min(by: { $0.value < $1.value })?.key
        else { return }
        self.waiting[oldest] = nil
        guard let other = self.connections[oldest] else { return }
        other.scribe.cutOldest(self.lineContext(of: other), into: &self.batch)
        self.counts.add(other.scribe.takeCounts())
    }

    var nextWaiting: ContinuousClock.Instant? {
        [self.waiting.values.min(), self.messageScribe.deadline].compactMap(\.self).min()
    }

    /// Hands on the events that have waited long enough.
    func finishDue() {
        guard let next = self.nextWaiting, next <= .now else { return }
        self.messageScribe.finishDue(self.lineContext(), into: &self.batch)
        self.counts.add(self.messageScribe.takeCounts())
        for (number, deadline) in self.waiting where deadline <= .now {
            guard let connection = self.connections[number] else {
                self.waiting[number] = nil
                continue
            }
            connection.scribe.finishDue(self.lineContext(of: connection), into: &self.batch)
            self.counts.add(connection.scribe.takeCounts())
            self.noteWaiting(connection)
        }
    }
}
