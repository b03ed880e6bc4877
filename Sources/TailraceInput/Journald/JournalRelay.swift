import Glibc
import TailraceEvent

/// The relay's side of the journal readers: waits for all of them and tells how the input stands.
struct JournalRelay {
    private let context: InputContext
    private let strands: [JournalStrand]

    init(context: InputContext, strands: [JournalStrand]) {
        self.context = context
        self.strands = strands
    }

    /// Returns when the relay stops.
    func run(into sink: any EventSink) throws {
        defer { self.end() }
        for strand in self.strands { try strand.saveStart(into: sink) }
        while !self.context.stop.isStopped {
            for strand in self.strands { try strand.tick(.now, into: sink) }
            self.tell()
            try self.wait(into: sink)
        }
    }

    private func end() {
        for strand in self.strands { _ = strand.stop() }
        self.tell()
        if self.context.stop.isStopped {
            self.context.status.update {
                $0.state = .stopped
                $0.reason = nil
            }
        }
    }

    /// Waits for what readers send, for the end, or until something is due.
    private func wait(into sink: any EventSink) throws(SinkClosed) {
        var entries = self.strands.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        entries.append(pollfd(fd: self.context.stop.descriptor, events: Int16(POLLIN), revents: 0))
        let due = self.strands.map(\.deadline).min() ?? .now
        guard poll(&entries, nfds_t(entries.count), due.pollTimeout) > 0 else { return }
        for (entry, strand) in zip(entries, self.strands) where entry.revents != 0 {
            if self.context.stop.isStopped { return }
            try strand.read(into: sink)
        }
    }

    /// The input stands as the worst of its journals does.
    private func tell() {
        let worst = self.strands.max { Self.rank($0.state) < Self.rank($1.state) }
        self.context.status.update { status in
            switch worst?.state {
            case .degraded: status.state = .degraded
            case .waiting: status.state = .waiting
            case .reading: status.state = .reading
            case nil: break
            }
            status.reason = worst?.reason
            status.behindSince = self.strands.compactMap(\.behindSince).min()
            for strand in self.strands {
                let name = self.strands.count == 1 ? "" : strand.directory.map { " \($0)" } ?? ""
                status.positions["reader\(name)"] = strand.pid.map { "\($0)" }
                status.positions["cursor\(name)"] = strand.place
            }
        }
    }

    private static func rank(_ state: JournalState?) -> Int {
        switch state {
        case .reading: 0
        case nil: 1
        case .waiting: 2
        case .degraded: 3
        }
    }
}
