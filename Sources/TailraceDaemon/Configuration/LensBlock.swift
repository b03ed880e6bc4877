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
    /// The block as it was written.
    package var table: OptionTable

    package init(
        name: String, about: String? = nil, stream: String = ConfigurationName.all, filter: FilterText? = nil,
        columns: [String] = [], table: OptionTable
    ) {
        self.name = name
        self.about = about
        self.stream = stream
        self.filter = filter
        self.columns = columns
        self.table = table
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
    /// Whether it opens the same view, wherever it is written.
    func isSame(as other: LensBlock) -> Bool {
        self.name == other.name && self.about == other.about && self.stream == other.stream
            && self.filter?.text == other.filter?.text && self.columns == other.columns
    }
}
