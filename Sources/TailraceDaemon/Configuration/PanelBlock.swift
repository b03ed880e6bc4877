internal import TailraceFilter
package import TailraceHub
package import TailraceOptions

/// One `[[panel]]`: a tile of the dashboard.
package struct PanelBlock: Sendable, Hashable {
    package var definition: PanelDefinition
    /// Whether its id was written, as `name`, or made from the title.
    package var isNamed: Bool
    /// The filter as it was written; nil takes everything.
    package var filter: FilterText?
    /// Where the block begins.
    package var place: SourcePlace

    package init(definition: PanelDefinition, isNamed: Bool, filter: FilterText?, place: SourcePlace) {
        self.definition = definition
        self.isNamed = isNamed
        self.filter = filter
        self.place = place
    }

    /// A title as an id: `5xx per host` is `5xx-per-host`; nil if it has no letter or digit of ASCII.
    static func id(ofTitle title: String) -> String? {
        var id = ""
        for byte in title.lowercased().utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A: id.unicodeScalars.append(Unicode.Scalar(byte))
            default: if !id.isEmpty, id.last != "-" { id += "-" }
            }
        }
        id = String(id.prefix(ConfigurationName.maxBytes))
        while id.last == "-" { id.removeLast() }
        return id.isEmpty ? nil : id
    }
}

extension PanelBlock {
    /// The block with its defaults.
    var effectiveTOML: String {
        let panel = self.definition
        var lines = ["[[panel]]", "title = \(TOMLText.string(panel.title))"]
        if self.isNamed { lines.append("name = \(TOMLText.string(panel.id))") }
        lines.append("kind = \"\(panel.kind.rawValue)\"")
        lines.append("stream = \(TOMLText.string(panel.stream))")
        if let filter = self.filter { lines.append("filter = \(TOMLText.string(filter.text))") }
        if panel.kind != .log { lines.append("value = \(TOMLText.string(panel.value.text))") }
        if !panel.by.isEmpty { lines.append("by = \(TOMLText.array(panel.by.map(\.name)))") }
        lines.append("window = \"\(QuantityText.text(panel.window))\"")
        lines.append("every = \"\(QuantityText.text(panel.every))\"")
        lines.append("limit = \(panel.limit)")
        return lines.joined(separator: "\n")
    }
}
