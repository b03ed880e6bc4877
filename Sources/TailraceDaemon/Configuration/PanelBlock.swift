package import TailraceHub
package import TailraceOptions

/// One `[[panel]]`: a tile of the dashboard.
package struct PanelBlock: Sendable, Hashable {
    package var definition: PanelDefinition
    /// The block as it was read.
    package var table: OptionTable

    package init(definition: PanelDefinition, table: OptionTable) {
        self.definition = definition
        self.table = table
    }

    /// The keys that mean something for its kind.
    var specs: [OptionSpec] {
        self.definition.kind == .log
            ? ConfigurationSpecs.panel.filter { !["value", "by"].contains($0.name) } : ConfigurationSpecs.panel
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
