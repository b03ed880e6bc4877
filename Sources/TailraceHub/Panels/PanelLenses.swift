internal import TailraceEvent
internal import TailraceLog

/// Says which events each panel takes: the one place where panels match. Panels with the same lens share its answer.
final class PanelLenses {
    private final class Seat {
        var matcher: LensMatcher
        var hits: [Int] = []

        init(_ lens: Lens, streams: StreamTable) { self.matcher = LensMatcher(lens, streams: streams) }

        func match(_ slice: LogSlice) {
            self.hits.removeAll(keepingCapacity: true)
            _ = self.matcher.forEachMatch(in: slice.block.batch, range: slice.range, firstSeq: slice.firstSeq) {
                self.hits.append($0)
            }
        }
    }

    private var seats: [Seat] = []
    /// By the panel's number.
    private let seatOfPanel: [Int]

    init(_ lenses: [Lens], streams: StreamTable) {
        var known: [Lens: Int] = [:]
        var seatOfPanel: [Int] = []
        for lens in lenses {
            let seat = known[lens] ?? self.seats.count
            if seat == self.seats.count { self.seats.append(Seat(lens, streams: streams)) }
            known[lens] = seat
            seatOfPanel.append(seat)
        }
        self.seatOfPanel = seatOfPanel
    }

    /// Calls `body` for each panel with the indexes of the events that it takes.
    func match(_ slice: LogSlice, _ body: (_ panel: Int, _ hits: [Int]) -> Void) {
        for seat in self.seats { seat.match(slice) }
        for (panel, seat) in self.seatOfPanel.enumerated() { body(panel, self.seats[seat].hits) }
    }
}
