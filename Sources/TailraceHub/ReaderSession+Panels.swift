internal import NIOCore
internal import NIOPosix
internal import TailraceEvent
internal import TailraceFilter

/// What a viewer has asked for of panels.
struct PanelWatch {
    /// The tiles of the configuration are shown.
    var showsTiles = false
    /// Those that it got.
    var tiles: [PanelSlot] = []
    /// What it watches, in the order of its list.
    var slots: [PanelSlot] = []
    /// Requests that wait for those before them, or for a lens that is being opened.
    var waiting: [[WatchRequest]] = []
    /// A worker reads a request.
    var isBusy = false
}

extension ReaderSession {
    /// Begins or ends sending the tiles of the configuration; they are independent of the lens.
    package func showPanels(_ isOn: Bool) {
        guard let viewers = self.panelViewers, self.panelWatch.showsTiles != isOn else { return }
        self.panelWatch.showsTiles = isOn
        let board = self.hub.panels
        if isOn {
            board.showTiles()
            self.panelWatch.tiles = board.tiles
            viewers.add(self.panelWatch.tiles, to: self, board.statistics)
        } else {
            viewers.remove(self.panelWatch.tiles, from: self, board.statistics)
            self.panelWatch.tiles = []
            board.leaveTiles()
        }
    }

    /// The relay has other tiles now.
    func tilesChanged() {
        guard let viewers = self.panelViewers, self.panelWatch.showsTiles else { return }
        let board = self.hub.panels
        let (before, now) = (self.panelWatch.tiles, board.tiles)
        self.panelWatch.tiles = now
        // Those that stay are never without a viewer, so that nothing is sent twice.
        viewers.add(now, to: self, board.statistics)
        viewers.remove(before, from: self, board.statistics)
    }

    /// Watches these panels in place of those before; a wrong one leaves everything as it was.
    ///
    /// Requests are answered one after the other. What they leave to the lens is that of the last `open` before them.
    package func watch(_ requests: [WatchRequest]) {
        let board = self.hub.panels
        guard requests.count <= PanelLimits.maxWatchedPerViewer else {
            board.statistics.refused.add(1)
            return self.refuse(
                ReaderProblem(
                    .watch, "\(requests.count) panels are more than a connection can watch",
                    expected: "at most \(PanelLimits.maxWatchedPerViewer)", panel: PanelLimits.maxWatchedPerViewer))
        }
        guard self.panelWatch.waiting.count < PanelLimits.maxWaitingWatches else {
            board.statistics.refused.add(1)
            return self.refuse(
                ReaderProblem(
                    .watch, "\(PanelLimits.maxWaitingWatches) requests to watch wait for their answer",
                    expected: "one after the answer to the last"))
        }
        self.panelWatch.waiting.append(requests)
        self.pumpWatches()
    }

    func pumpWatches() {
        guard !self.panelWatch.isBusy, !self.isOpening, !self.isEnded, let requests = self.panelWatch.waiting.first
        else { return }
        self.panelWatch.isBusy = true
        self.panelWatch.waiting.removeFirst()
        let lens = self.lens ?? Lens(stream: "all", filter: .everything)
        let streams = self.hub.streams
        let reference = self.reference
        self.hub.workers.runIfActive(eventLoop: self.transport.eventLoop) {
            Result { () throws(ReaderProblem) in
                var definitions: [PanelDefinition] = []
                for (index, request) in requests.enumerated() {
                    definitions.append(try request.definition(index, lens: lens, streams: streams))
                }
                return definitions
            }
        }.whenSuccess { result in
            let session = reference.onLoop
            session.panelWatch.isBusy = false
            guard !session.isEnded else { return }
            session.begin(result)
            session.pumpWatches()
        }
    }

    private func begin(_ result: Result<[PanelDefinition], ReaderProblem>) {
        let board = self.hub.panels
        do throws(ReaderProblem) {
            let slots = try board.watch(try result.get())
            self.send(ControlMessage("watching") { $0.member("panels", strings: slots.map(\.id)) })
            let old = self.panelWatch.slots
            self.panelWatch.slots = slots
            self.panelViewers?.add(slots, to: self, board.statistics)
            self.panelViewers?.remove(old, from: self, board.statistics)
            board.leave(old)
        } catch {
            board.statistics.refused.add(1)
            self.refuse(error)
        }
    }

    func resumePanels() { self.panelViewers?.resume(self, self.hub.panels.statistics) }

    /// The connection is gone.
    func leavePanels() {
        self.showPanels(false)
        self.panelViewers?.remove(self.panelWatch.slots, from: self, self.hub.panels.statistics)
        self.hub.panels.leave(self.panelWatch.slots)
        self.panelWatch = PanelWatch()
    }

    private var panelViewers: PanelViewers? { self.hub.readers(on: self.transport.eventLoop)?.onLoop.panelViewers }
}
