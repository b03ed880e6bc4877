package import TailraceFilter

/// A tile of the dashboard: which events it takes and what it tells of them.
package struct PanelDefinition: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable { case timeseries, top, stat, log }

    /// Stable across restarts: what viewers know it by.
    package var id: String
    package var title: String
    package var kind: Kind
    package var stream = "all"
    package var filter = Filter.everything
    package var value = PanelValue.count
    /// The first of these fields that an event has names its series; empty for one series.
    package var by: [EventField] = []
    package var window: Duration = .seconds(900)
    package var every: Duration = .seconds(1)
    /// Points of a time series, about; nil for as many as a tile has room for.
    package var points: Int?
    /// Series, entries or events that are told by name.
    package var limit: Int
    /// Names that are told even when no event has them.
    package var names: [String] = []

    package init(id: String, title: String, kind: Kind) {
        self.id = id
        self.title = title
        self.kind = kind
        self.limit = kind.defaultLimit
    }

    /// What viewers can filter by to see the same events.
    package var lens: Lens { Lens(stream: self.stream, filter: self.filter) }

    var maxBuckets: Int {
        self.kind == .timeseries ? self.points ?? PanelLimits.maxPoints : PanelLimits.maxBuckets
    }

    /// Names that a bucket counts exactly.
    var keyLimit: Int {
        if self.by.isEmpty { return 1 }
        let hasSketches = self.value.function.quantile != nil
        if self.kind == .timeseries { return hasSketches ? PanelLimits.sketchesPerPoint : PanelLimits.keysPerPoint }
        return hasSketches ? PanelLimits.sketchesPerBucket : PanelLimits.keysPerBucket
    }

    /// What it takes in memory at worst, in bytes.
    var weight: Int {
        if self.kind == .log { return self.limit * PanelLimits.maxEventBytes }
        let hasSketches = self.value.function.quantile != nil
        let names = self.by.count == 1 && self.by[0].isLevel ? min(self.keyLimit, Self.levelNames) : self.keyLimit
        let perName = PanelLimits.bytesPerKey + (hasSketches ? PanelLimits.bytesPerSketch : 0)
        return WindowRing.buckets(of: self.window, maxBuckets: self.maxBuckets) * names * perName
    }

    /// Levels, and `none`.
    private static let levelNames = 10
}

extension PanelDefinition.Kind {
    package var limits: ClosedRange<Int> {
        switch self {
        case .timeseries: PanelLimits.series
        case .top, .stat: PanelLimits.entries
        case .log: PanelLimits.events
        }
    }

    package var defaultLimit: Int {
        switch self {
        case .timeseries: 12
        case .top: 10
        case .stat: 100
        case .log: 20
        }
    }
}

extension PanelDefinition {
    /// The tiles of a relay whose configuration has none.
    ///
    /// - Parameter inputs: names of all inputs, so that a silent one is seen.
    package static func standard(inputs: [String]) throws(FilterError) -> [PanelDefinition] {
        var levels = PanelDefinition(id: "events-by-level", title: "Events by level", kind: .timeseries)
        levels.by = [try EventField(parsing: "level")]
        var sources = PanelDefinition(id: "top-sources", title: "Top sources", kind: .top)
        sources.by = [try EventField(parsing: "source")]
        sources.every = .seconds(2)
        var units = PanelDefinition(id: "top-units-or-files", title: "Top units or files", kind: .top)
        units.by = [try EventField(parsing: "unit"), try EventField(parsing: "file")]
        units.every = .seconds(2)
        var errors = PanelDefinition(id: "errors", title: "Errors", kind: .stat)
        errors.filter = try Filter(parsing: "level>=error")
        var freshness = PanelDefinition(id: "freshness", title: "Newest event by input", kind: .stat)
        freshness.by = [try EventField(parsing: "source")]
        freshness.value = .last
        freshness.window = .seconds(3600)
        freshness.every = .seconds(2)
        freshness.names = inputs
        return [levels, sources, units, errors, freshness]
    }
}
