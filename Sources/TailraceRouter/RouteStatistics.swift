internal import Synchronization
package import TailraceEvent

/// Events by level; `unknown` are those without one.
package struct LevelCounts: Sendable, Hashable {
    static let size = Level.allCases.count + 1

    private var counts = [UInt64](repeating: 0, count: Self.size)

    package init() {}

    static func index(_ level: UInt8) -> Int { min(Int(level), Self.size - 1) }

    mutating func count(_ level: UInt8) { self.counts[Self.index(level)] += 1 }

    mutating func add(_ other: LevelCounts) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
    }

    package subscript(level: Level) -> UInt64 { self.counts[Self.index(level.rawValue)] }
    package var unknown: UInt64 { self.counts[0] }
    package var total: UInt64 { self.counts.reduce(0, +) }
}

/// What a route has done since the start. Of a stream `seen` = `kept` + `sampled` + `limited`, of a drop rule `seen` is
/// what it dropped.
package struct RouteStatistics: Sendable, Hashable {
    /// Events from its inputs.
    package var offered: UInt64 = 0
    /// Those of them that its `where` took.
    package var seen = LevelCounts()
    /// Those of them that are in its stream.
    package var kept = LevelCounts()
    /// Left out by `sample`.
    package var sampled: UInt64 = 0
    /// Left out by `rate_limit`.
    package var limited: UInt64 = 0
    /// Kept by `sample` since their kind was new.
    package var first: UInt64 = 0
    /// Told to the stream's readers in so many events of its own.
    package var accounts: UInt64 = 0
    /// Messages and fields that were not stored.
    package var droppedBytes: UInt64 = 0
    /// Captured values that were cut, or not set since an event had got too much already.
    package var cutValues: UInt64 = 0

    package init() {}
}

/// The numbers of one route, written by the router once per batch and read by whoever reports.
package final class RouteStatus: Sendable {
    package let name: String
    private let statistics = Mutex(RouteStatistics())

    init(name: String) { self.name = name }

    static func list(_ names: [String], adopting old: [RouteStatus]) -> [RouteStatus] {
        names.map { name in old.first { $0.name == name } ?? RouteStatus(name: name) }
    }

    package var snapshot: RouteStatistics { self.statistics.withLock { $0 } }

    func update(_ change: (inout RouteStatistics) -> Void) { self.statistics.withLock { change(&$0) } }
}

/// The numbers of the whole router: `taken` = `stored` + what was dropped.
package struct RouterTotals: Sendable, Hashable {
    /// Events that came from the inputs.
    package var taken: UInt64 = 0
    /// Those of them that go to the log.
    package var stored = LevelCounts()
    package var dropped: UInt64 = 0
    /// Those of them whose number went to the log, as a filler.
    package var droppedNumbersKept: UInt64 = 0
    package var droppedBytes: UInt64 = 0
    /// Events that the router added: what streams tell their readers.
    package var accounts: UInt64 = 0

    package init() {}

    mutating func add(_ more: RouterTotals) {
        self.taken += more.taken
        self.stored.add(more.stored)
        self.dropped += more.dropped
        self.droppedNumbersKept += more.droppedNumbersKept
        self.droppedBytes += more.droppedBytes
        self.accounts += more.accounts
    }
}

/// All numbers of a router; made before it, so that others can read them from any thread.
package final class RouterStatus: Sendable {
    private final class Totals: Sendable {
        let numbers = Mutex(RouterTotals())
    }

    /// In the order of the file.
    package let drops: [RouteStatus]
    package let streams: [RouteStatus]
    private let shared: Totals

    /// The numbers of routes that `old` had as well go on, as do those of the whole.
    package init(routes: [RouteDefinition], adopting old: RouterStatus? = nil) {
        let drops = routes.filter(\.purpose.isDrop).map(\.name)
        let streams = routes.filter { !$0.purpose.isDrop }.map(\.name)
        self.drops = RouteStatus.list(drops, adopting: old?.drops ?? [])
        self.streams = RouteStatus.list(streams, adopting: old?.streams ?? [])
        self.shared = old?.shared ?? Totals()
    }

    package var totals: RouterTotals { self.shared.numbers.withLock { $0 } }

    func update(_ change: (inout RouterTotals) -> Void) { self.shared.numbers.withLock { change(&$0) } }
}
