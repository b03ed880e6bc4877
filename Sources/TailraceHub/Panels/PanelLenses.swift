internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// Panels by what they look through: the one place where panels match. Those with the same lens share its answer.
struct PanelLenses {
    private final class Seat {
        let lens: Lens
        var panels: [Panel]
        private var matcher: LensMatcher
        private var hits: [Int] = []
        /// Every event that is in `all` passes.
        private let takesAll: Bool

        init(_ lens: Lens, _ panel: Panel, streams: StreamTable) {
            self.lens = lens
            self.panels = [panel]
            self.matcher = LensMatcher(lens, streams: streams)
            self.takesAll = lens.filter.isEverything && streams.entries[lens.stream]?.number == nil
        }

        func take(_ slice: LogSlice, now: Int64) {
            self.match(slice)
            guard !self.hits.isEmpty else { return }
            let batch = slice.block.batch
            for panel in self.panels {
                panel.content.take(batch, self.hits, firstSeq: slice.block.firstSeq, now: now)
            }
        }

        private func match(_ slice: LogSlice) {
            self.hits.removeAll(keepingCapacity: true)
            let batch = slice.block.batch
            if self.takesAll {
                let records = batch.records.span
                for index in slice.range where !records[index].isAside { self.hits.append(index) }
                return
            }
            _ = self.matcher.forEachMatch(in: batch, range: slice.range, firstSeq: slice.firstSeq) {
                self.hits.append($0)
            }
        }
    }

    private var seats: [Seat] = []
    private let streams: StreamTable

    init(streams: StreamTable) { self.streams = streams }

    var isEmpty: Bool { self.seats.isEmpty }
    var panels: [Panel] { self.seats.flatMap(\.panels) }

    mutating func add(_ panel: Panel) {
        let lens = panel.definition.lens
        if let seat = self.seats.first(where: { $0.lens == lens }) { return seat.panels.append(panel) }
        self.seats.append(Seat(lens, panel, streams: self.streams))
    }

    mutating func remove(where isGone: (Panel) -> Bool) {
        for seat in self.seats { seat.panels.removeAll(where: isGone) }
        self.seats.removeAll { $0.panels.isEmpty }
    }

    /// Each panel takes the events that pass its lens.
    func take(_ slice: LogSlice, now: Int64) {
        for seat in self.seats { seat.take(slice, now: now) }
    }
}
