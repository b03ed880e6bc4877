internal import NIOCore

/// The readers on one event loop that want panels.
final class PanelViewers {
    private struct Viewer {
        let session: ReaderSession
        /// Number of the newest update it was given.
        var seen: UInt64
        /// Panels whose message it has still to get.
        var missed: UInt32
    }

    private var viewers: [ObjectIdentifier: Viewer] = [:]

    /// A new viewer gets what every panel told last.
    func add(_ session: ReaderSession, _ update: PanelUpdate, _ statistics: PanelStatistics) {
        let isNew = self.viewers[ObjectIdentifier(session)] == nil
        if isNew { statistics.viewers.add(1) }
        var viewer = Viewer(session: session, seen: update.number, missed: update.present)
        Self.send(update, to: &viewer, statistics)
        self.viewers[ObjectIdentifier(session)] = viewer
    }

    func remove(_ session: ReaderSession, _ statistics: PanelStatistics) {
        if self.viewers.removeValue(forKey: ObjectIdentifier(session)) != nil { statistics.viewers.add(-1) }
    }

    func deliver(_ update: PanelUpdate, _ statistics: PanelStatistics) {
        for key in self.viewers.keys {
            // An update that was on its way when the viewer came is in what it got.
            guard var viewer = self.viewers[key], viewer.seen < update.number else { continue }
            viewer.seen = update.number
            viewer.missed |= update.due
            Self.send(update, to: &viewer, statistics)
            statistics.skipped.add((viewer.missed & update.due).nonzeroBitCount)
            self.viewers[key] = viewer
        }
    }

    /// There is room again: whoever missed something gets the newest of it.
    func resume(_ session: ReaderSession, _ board: PanelBoard) {
        guard var viewer = self.viewers[ObjectIdentifier(session)], viewer.missed != 0 else { return }
        let update = board.update
        // A newer update is on its way to this loop and brings what was missed.
        guard update.number == viewer.seen else { return }
        Self.send(update, to: &viewer, board.statistics)
        self.viewers[ObjectIdentifier(session)] = viewer
    }

    /// Never queues: what does not go out now is remembered by its bit alone.
    private static func send(_ update: PanelUpdate, to viewer: inout Viewer, _ statistics: PanelStatistics) {
        var written = 0
        while viewer.missed != 0, viewer.session.transport.isWritable {
            let panel = viewer.missed.trailingZeroBitCount
            viewer.missed &= viewer.missed - 1
            viewer.session.transport.write(update.frame(of: panel))
            written += 1
        }
        statistics.written.add(written)
    }
}

extension ReaderSession {
    /// Begins or ends sending panels; they are independent of the lens.
    package func showPanels(_ isOn: Bool) {
        guard let readers = self.hub.readers(on: self.transport.eventLoop)?.onLoop else { return }
        let board = self.hub.panels
        if isOn {
            readers.panelViewers.add(self, board.update, board.statistics)
        } else {
            readers.panelViewers.remove(self, board.statistics)
        }
    }

    func resumePanels() {
        self.hub.readers(on: self.transport.eventLoop)?.onLoop.panelViewers.resume(self, self.hub.panels)
    }
}
