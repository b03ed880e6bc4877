package import TailraceOptions

/// One `[[lens]]`: a view of the log under a name, for everybody who opens the page.
package struct LensBlock: Sendable, Hashable {
    package var name: String
    package var about: String?
    package var stream: String
    /// The filter as it was written; nil shows everything.
    package var filter: FilterText?
    /// Fields with a column of their own.
    package var columns: [String]
    /// Where the block begins.
    package var place: SourcePlace

    package init(
        name: String, about: String? = nil, stream: String = ConfigurationName.all, filter: FilterText? = nil,
        columns: [String] = [], place: SourcePlace
    ) {
        self.name = name
        self.about = about
        self.stream = stream
        self.filter = filter
        self.columns = columns
        self.place = place
    }
}

/// What a `[[lens]]` may have.
package enum LensLimits {
    /// A list that one can still look through; the page keeps about as many of the reader's own.
    package static let maxLenses = 64
    package static let maxNameLength = 80
    package static let maxAboutLength = 200
    /// As many as the page shows beside the message.
    package static let maxColumns = 12
}

extension LensBlock {
    /// The block with its defaults.
    var effectiveTOML: String {
        var lines = ["[[lens]]", "name = \(TOMLText.string(self.name))"]
        if let about = self.about { lines.append("about = \(TOMLText.string(about))") }
        lines.append("stream = \(TOMLText.string(self.stream))")
        if let filter = self.filter { lines.append("filter = \(TOMLText.string(filter.text))") }
        if !self.columns.isEmpty { lines.append("columns = \(TOMLText.array(self.columns))") }
        return lines.joined(separator: "\n")
    }
}
