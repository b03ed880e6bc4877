package import TailraceOptions

/// What the configuration file says, checked: the only thing the rest of the daemon knows of it.
package struct Configuration: Sendable {
    package var server: ServerSettings
    package var log: LogSettings
    package var history: HistorySettings
    package var consumers: ConsumerSettings
    package var access = AccessSettings()
    package var fleet = FleetSettings()
    package var inputs: [InputBlock]
    package var routes: [RouteBlock]
    package var redactions: [RedactBlock]
    package var panels: [PanelBlock]
    package var lenses: [LensBlock]
    /// The main file, or `embedded default`.
    package var fileName: String
    /// What is allowed but worth knowing, one sentence each.
    package var warnings: [String]
    /// Strings as they were written, `${…}` included, by the place of their value: what may be shown to people, since
    /// an expanded value can be a secret.
    package var unexpanded: [SourcePlace: String]
    /// `[server]`, `[log]`, `[history]`, `[consumers]`, `[auth]` and `[fleet]` as they were read, by name.
    package var tables: [String: OptionTable] = [:]
    /// What came from outside of the files, and is never shown.
    package var secrets = SecretMask()

    package init(
        server: ServerSettings = ServerSettings(), log: LogSettings = LogSettings(),
        history: HistorySettings = HistorySettings(), consumers: ConsumerSettings = ConsumerSettings(),
        inputs: [InputBlock] = [], routes: [RouteBlock] = [], redactions: [RedactBlock] = [],
        panels: [PanelBlock] = [], lenses: [LensBlock] = [], fileName: String, warnings: [String] = [],
        unexpanded: [SourcePlace: String] = [:]
    ) {
        self.server = server
        self.log = log
        self.history = history
        self.consumers = consumers
        self.inputs = inputs
        self.routes = routes
        self.redactions = redactions
        self.panels = panels
        self.lenses = lenses
        self.fileName = fileName
        self.warnings = warnings
        self.unexpanded = unexpanded
    }
}

/// One `[[input]]`.
package struct InputBlock: Sendable, Hashable {
    /// The `source` of its events and the key of its checkpoints.
    package var name: String
    /// Its `type`, one of the kinds the configuration was loaded with.
    package var kind: String
    /// Every key but `name` and `type`, checked against the options of the kind.
    package var table: OptionTable
    /// Where the block begins.
    package var place: SourcePlace

    package init(name: String, kind: String, table: OptionTable, place: SourcePlace) {
        self.name = name
        self.kind = kind
        self.table = table
        self.place = place
    }
}

extension InputBlock {
    /// They say the same, wherever it stands.
    package func isSame(as other: InputBlock) -> Bool {
        self.name == other.name && self.kind == other.kind && self.table.withoutPlaces == other.table.withoutPlaces
    }
}

/// One `[[route]]`: a named stream that readers can open.
package struct RouteBlock: Sendable, Hashable {
    package var name: String
    /// Names of inputs; nil for all of them.
    package var from: [String]?
    /// The filter; nil lets everything through.
    package var filter: FilterText?
    /// Its events are not stored, and it makes no stream.
    package var drops: Bool
    /// Patterns for the message, whose named groups `set` can use.
    package var capture: [String]
    /// Fields that every event that the route takes gets.
    package var set: [String: OptionScalar]
    /// One of so many ordinary events stays in the stream; nil keeps all.
    package var sampleOneOf: Int?
    package var rateLimit: EventRate?
    /// Who may read the stream; empty is everybody.
    package var roles: [String]
    package var batch: BatchSettings
    /// Where the block begins.
    package var place: SourcePlace
    /// Where its values stand, by key; `from[0]` and `set.name` are those inside.
    package var places: [String: SourcePlace]

    /// The sample as it is written.
    package var sampleText: String? { self.sampleOneOf.map { "1:\($0)" } }

    package init(
        name: String, from: [String]? = nil, filter: FilterText? = nil, drops: Bool = false, capture: [String] = [],
        set: [String: OptionScalar] = [:], sampleOneOf: Int? = nil, rateLimit: EventRate? = nil, roles: [String] = [],
        batch: BatchSettings = BatchSettings(), place: SourcePlace, places: [String: SourcePlace] = [:]
    ) {
        self.name = name
        self.from = from
        self.filter = filter
        self.drops = drops
        self.capture = capture
        self.set = set
        self.sampleOneOf = sampleOneOf
        self.rateLimit = rateLimit
        self.roles = roles
        self.batch = batch
        self.place = place
        self.places = places
    }
}

extension RouteBlock {
    private static let nowhere = SourcePlace(file: "", line: 0, column: 0)

    /// To compare what two files say, wherever it stands in them.
    package var withoutPlaces: RouteBlock {
        var block = self
        block.place = Self.nowhere
        block.places = [:]
        block.filter = self.filter.map { FilterText(text: $0.text, place: Self.nowhere, isVerbatim: false) }
        return block
    }
}

/// A filter as written in `where`, not parsed, with what maps its columns to the file.
package struct FilterText: Sendable, Hashable {
    package var text: String
    /// Where the value begins, its opening quote included.
    package var place: SourcePlace
    /// The text stands in the file character by character: in one line, with no escapes and no `${…}`.
    package var isVerbatim: Bool

    package init(text: String, place: SourcePlace, isVerbatim: Bool) {
        self.text = text
        self.place = place
        self.isVerbatim = isVerbatim
    }

    /// Where a column of the filter (from 1, in characters) stands in the file; the value's own place if that cannot be
    /// said.
    package func place(ofColumn column: Int) -> SourcePlace {
        guard self.isVerbatim, column >= 1 else { return self.place }
        var place = self.place
        place.column += column
        return place
    }
}

/// When a batch of events leaves: as soon as one of the three is reached.
package struct BatchSettings: Sendable, Hashable {
    package var maxEvents: Int
    package var maxBytes: Int
    package var maxDelay: Duration

    /// The defaults of `[[route]] batch`, and those of the stream `all`.
    package init(maxEvents: Int = 500, maxBytes: Int = 64 << 10, maxDelay: Duration = .milliseconds(50)) {
        self.maxEvents = maxEvents
        self.maxBytes = maxBytes
        self.maxDelay = maxDelay
    }
}
