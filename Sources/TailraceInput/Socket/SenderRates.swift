/// How much each address may send in a second; the rest is counted, not read.
struct SenderRates {
    private let limit: Int
    private var counts: [IPAddress: Int] = [:]
    private var others = 0
    private var second = ContinuousClock.now
    /// Whether somebody has sent more in this second.
    private(set) var hasRefused = false

    /// A flood from forged addresses must not become one of memory: beyond, all others share one sender's limit.
    static let maxAddresses = 16_384

    init(limit: Int) { self.limit = limit }

    mutating func admits(_ address: IPAddress) -> Bool {
        let count: Int
        if let known = self.counts[address] {
            count = known + 1
            self.counts[address] = count
        } else if self.counts.count < Self.maxAddresses {
            count = 1
            self.counts[address] = count
        } else {
            self.others += 1
            count = self.others
        }
        if count > self.limit { self.hasRefused = true }
        return count <= self.limit
    }

    /// What was left out of each address in the second that is over, the address missing for those that shared a limit;
    /// nil while it goes on.
    mutating func finishedSecond(isLast: Bool = false) -> [(address: IPAddress?, count: Int)]? {
        guard isLast || self.second.duration(to: .now) >= .seconds(1) else { return nil }
        var refused: [(address: IPAddress?, count: Int)] = []
        if self.hasRefused {
            for (address, count) in self.counts where count > self.limit {
                refused.append((address, count - self.limit))
            }
            if self.others > self.limit { refused.append((nil, self.others - self.limit)) }
        }
        self.counts.removeAll(keepingCapacity: self.counts.count < 1024)
        self.others = 0
        self.hasRefused = false
        self.second = .now
        return refused
    }
}
