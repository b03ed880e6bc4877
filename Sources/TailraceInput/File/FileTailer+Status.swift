extension FileTailer {
    /// Positions are written down this often at most: for people, not for resuming.
    private static let statusInterval = Duration.milliseconds(250)
    /// As many positions as people read.
    private static let maxPositions = 50

    func updateStatus() {
        let now = self.now()
        guard now >= self.nextStatus, self.isStatusStale || !self.problems.byPath.isEmpty else { return }
        self.isStatusStale = false
        let lag = self.filesByKey.values.reduce(UInt64(0)) { $0 + ($1.isCopy ? 0 : $1.lag) }
        let positions = self.positions
        let (state, reason) = self.state
        let behindSince = self.behindSince
        self.context.status.update {
            $0.state = state
            $0.reason = reason
            $0.lagBytes = lag
            $0.behindSince = behindSince
            $0.positions = positions
        }
        // With very many files the telling itself is work.
        self.nextStatus = self.now() + max(Self.statusInterval, (self.now() - now) * 50)
    }

    private var state: (InputStatus.State, String?) {
        let notice = self.encodingNotices.min { $0.key < $1.key }?.value
        let reasons = [self.problems.summary, self.watches.limitation, notice].compactMap { $0 }
        if !reasons.isEmpty { return (.degraded, reasons.joined(separator: "; ")) }
        if self.matched.values.contains(where: { $0.current != nil }) { return (.reading, nil) }
        let patterns = self.options.patterns.map(\.text).joined(separator: ", ")
        return (.waiting, "no file matches \(patterns) yet")
    }

    /// The files read last, by path.
    private var positions: [String: String] {
        var positions: [String: String] = [:]
        let recent = self.filesByKey.values.filter { !$0.isDetached }.sorted { $0.lastRead > $1.lastRead }
        for file in recent.prefix(Self.maxPositions) { positions[file.path.text] = String(file.cursor.offset) }
        return positions
    }
}
