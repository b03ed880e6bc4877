internal import NIOCore

/// The readers on one event loop that want panels.
///
/// Nothing is queued: who has no room gets what the panel tells when there is room again.
final class PanelViewers {
    private struct Showing {
        let slot: PanelSlot
        /// Of what was sent; 0 before anything was.
        var version: UInt64 = 0
        /// How often the viewer wants it: once as a tile of the configuration, and once per entry of its list.
        var uses = 1
    }

    private struct Viewer {
        let session: ReaderSession
        var showings: [ObjectIdentifier: Showing] = [:]
        /// Had no room for some panel.
        var hasMissed = false
    }

    private var viewers: [ObjectIdentifier: Viewer] = [:]

    /// What the panels told last goes out at once.
    func add(_ slots: [PanelSlot], to session: ReaderSession, _ statistics: PanelStatistics) {
        guard !slots.isEmpty else { return }
        let key = ObjectIdentifier(session)
        if self.viewers[key] == nil { statistics.viewers.add(1) }
        var viewer = self.viewers[key] ?? Viewer(session: session)
        for slot in slots {
            let slotKey = ObjectIdentifier(slot)
            if viewer.showings[slotKey] != nil {
                viewer.showings[slotKey]?.uses += 1
            } else {
                viewer.showings[slotKey] = Showing(slot: slot)
            }
            Self.send(slotKey, to: &viewer, statistics)
        }
        self.viewers[key] = viewer
    }

    func remove(_ slots: [PanelSlot], from session: ReaderSession, _ statistics: PanelStatistics) {
        let key = ObjectIdentifier(session)
        guard var viewer = self.viewers[key] else { return }
        for slot in slots {
            let slotKey = ObjectIdentifier(slot)
            guard let uses = viewer.showings[slotKey]?.uses else { continue }
            if uses > 1 { viewer.showings[slotKey]?.uses = uses - 1 } else { viewer.showings[slotKey] = nil }
        }
        self.viewers[key] = viewer.showings.isEmpty ? nil : viewer
        if viewer.showings.isEmpty { statistics.viewers.add(-1) }
    }

    /// These panels have told something new.
    func deliver(_ slots: [PanelSlot], _ statistics: PanelStatistics) {
        for key in self.viewers.keys {
            guard var viewer = self.viewers[key] else { continue }
            if viewer.hasMissed, viewer.session.transport.isWritable { Self.resume(&viewer, statistics) }
            for slot in slots { Self.send(ObjectIdentifier(slot), to: &viewer, statistics) }
            self.viewers[key] = viewer
        }
    }

    /// There is room again: whoever missed something gets the newest of it.
    func resume(_ session: ReaderSession, _ statistics: PanelStatistics) {
        let key = ObjectIdentifier(session)
        guard var viewer = self.viewers[key], viewer.hasMissed else { return }
        Self.resume(&viewer, statistics)
        self.viewers[key] = viewer
    }

    private static func resume(_ viewer: inout Viewer, _ statistics: PanelStatistics) {
        viewer.hasMissed = false
        for slotKey in viewer.showings.keys { Self.send(slotKey, to: &viewer, statistics) }
    }

    private static func send(_ slotKey: ObjectIdentifier, to viewer: inout Viewer, _ statistics: PanelStatistics) {
        guard let showing = viewer.showings[slotKey], let told = showing.slot.told, told.version > showing.version
        else { return }
        guard viewer.session.transport.isWritable else {
            viewer.hasMissed = true
            return statistics.skipped.add(1)
        }
        viewer.showings[slotKey]?.version = told.version
        viewer.session.transport.write(told.bytes(for: viewer.session.form))
        statistics.written.add(1)
    }
}
