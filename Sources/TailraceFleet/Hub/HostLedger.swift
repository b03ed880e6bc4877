/// What a hub has got of one host, by the numbers of that host's own log: finds what came twice, and what did not come.
///
/// A host publishes every number of its log, and each message says up to where all was published before it. So nothing
/// can be missing unnoticed, and nothing be taken twice, in whatever order messages arrive.
package struct HostLedger: Sendable, Hashable {
    /// One incarnation of the host's log.
    package struct Era: Sendable, Hashable {
        package var epoch: String
        package var first: UInt64
        /// All up to here has come or is missing.
        package var through: UInt64
        package var missing = NumberSet()
        /// Came already, though not all before it has: messages of one chunk interleave.
        package var early = NumberSet()

        package init(
            epoch: String, first: UInt64, through: UInt64, missing: NumberSet = NumberSet(),
            early: NumberSet = NumberSet()
        ) {
            self.epoch = epoch
            self.first = first
            self.through = through
            self.missing = missing
            self.early = early
        }
    }

    package struct Verdict: Sendable, Hashable {
        /// For each event of the message: it comes for the first time. One entry for a gap.
        package var isNew: [Bool]
        /// Numbers that are found not to have come.
        package var opened: [ClosedRange<UInt64>] = []
        /// Some of what it brings was missing.
        package var fills = false

        package init(isNew: [Bool]) { self.isNew = isNew }
    }

    /// Late messages of logs that a host had before can still be told from new ones.
    static let maxEras = 8
    /// Beyond this the oldest holes are not asked for any more; `forgotten` counts what was in them.
    static let maxHoles = 4096

    /// The one that a message came from last is the last.
    package private(set) var eras: [Era] = []
    /// Numbers in holes that there was no room to remember.
    package private(set) var forgotten: UInt64 = 0

    package init() {}

    package var missing: UInt64 { self.eras.reduce(0) { $0 + $1.missing.count } }

    /// - Parameter isWhole: everything that the host has ever published to the stream comes by.
    package mutating func take(_ block: HostBlock, isWhole: Bool = false) -> Verdict {
        guard var era = self.takeEra(block, isWhole) else {
            return Verdict(isNew: Array(repeating: false, count: Int(block.count)))
        }
        var verdict = Verdict(isNew: [])
        if !block.isResend, !block.isGap, block.previous > era.through {
            verdict.opened = era.reach(block.previous)
        }
        verdict.fills = block.numbers.contains { era.missing.overlaps($0) }
        let isPlain = !verdict.fills && era.early.isEmpty && (block.numbers.first?.lowerBound ?? 0) > era.through
        if isPlain {
            verdict.isNew = Array(repeating: true, count: Int(block.count))
        } else if block.isGap {
            verdict.isNew = [block.numbers.contains { era.lacksSome(of: $0) }]
        } else {
            verdict.isNew = block.numbers.flatMap { run in run.map { era.lacks($0) } }
        }
        for run in block.numbers { era.has(run) }
        self.keep(era)
        return verdict
    }

    /// Where a hub began in the middle of a stream, a host that was not known begins with what comes of it first: what
    /// is older is older than what the hub serves, and answers to questions of other hubs are of no interest. Else,
    /// and with a new log of a known host, all of the log must come.
    private mutating func takeEra(_ block: HostBlock, _ isWhole: Bool) -> Era? {
        if let index = self.eras.firstIndex(where: { $0.epoch == block.epoch }) { return self.eras.remove(at: index) }
        if !isWhole, block.isResend || block.isGap { return nil }
        let first = max(block.epochFirst, 1)
        let through = self.eras.isEmpty && !isWhole ? max(block.previous, first - 1) : first - 1
        return Era(epoch: block.epoch, first: first, through: through)
    }

    private mutating func keep(_ era: Era) {
        var era = era
        while era.missing.ranges.count > Self.maxHoles {
            let lost = era.missing.removeFirst()
            self.forgotten += lost.upperBound - lost.lowerBound + 1
        }
        self.eras.append(era)
        if self.eras.count > Self.maxEras { self.forgotten += self.eras.removeFirst().missing.count }
    }
}

extension HostLedger.Era {
    func lacks(_ number: UInt64) -> Bool {
        number > self.through ? !self.early.contains(number) : self.missing.contains(number)
    }

    func lacksSome(of range: ClosedRange<UInt64>) -> Bool {
        if self.missing.overlaps(range) { return true }
        guard range.upperBound > self.through else { return false }
        var rest = NumberSet([max(range.lowerBound, self.through + 1)...range.upperBound])
        for known in self.early.ranges { rest.remove(known) }
        return !rest.isEmpty
    }

    /// All up to `number` was published: what has not come of it is missing.
    mutating func reach(_ number: UInt64) -> [ClosedRange<UInt64>] {
        var hole = NumberSet([self.through + 1...number])
        for known in self.early.ranges { hole.remove(known) }
        for range in hole.ranges { self.missing.insert(range) }
        self.early.remove(self.through + 1...number)
        self.through = number
        self.goOn()
        return hole.ranges
    }

    mutating func has(_ range: ClosedRange<UInt64>) {
        self.missing.remove(range)
        guard range.upperBound > self.through else { return }
        let new = max(range.lowerBound, self.through + 1)...range.upperBound
        if new.lowerBound == self.through + 1, self.early.isEmpty {
            self.through = new.upperBound
            return
        }
        self.early.insert(new)
        self.goOn()
    }

    private mutating func goOn() {
        guard let next = self.early.ranges.first, next.lowerBound <= self.through + 1 else { return }
        self.through = next.upperBound
        _ = self.early.removeFirst()
    }
}

/// The form in which it is stored: `forgotten`, then a line per era: `epoch first through missing early`, `-` for none.
extension HostLedger {
    package var stored: [UInt8] {
        let lines = self.eras.map { era in
            let sets = [era.missing, era.early].map { $0.isEmpty ? "-" : $0.text }
            return "\(era.epoch) \(era.first) \(era.through) \(sets[0]) \(sets[1])"
        }
        return Array((["\(self.forgotten)"] + lines).joined(separator: "\n").utf8)
    }

    package init?(stored: [UInt8]) {
        let lines = String(decoding: stored, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let forgotten = UInt64(first) else { return nil }
        self.forgotten = forgotten
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ")
            guard parts.count == 5, let first = UInt64(parts[1]), let through = UInt64(parts[2]),
                let missing = NumberSet(text: parts[3] == "-" ? "" : parts[3]),
                let early = NumberSet(text: parts[4] == "-" ? "" : parts[4])
            else { return nil }
            self.eras.append(
                Era(epoch: String(parts[0]), first: first, through: through, missing: missing, early: early))
        }
    }
}
