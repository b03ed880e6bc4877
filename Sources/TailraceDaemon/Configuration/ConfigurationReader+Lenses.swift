internal import TailraceFilter
import TailraceOptions

extension ConfigurationReader {
    mutating func lenses(_ nodes: [ConfigurationNode], streams: [String]) -> [LensBlock] {
        if nodes.count > LensLimits.maxLenses {
            self.checker.add(
                nodes[LensLimits.maxLenses].place, "[[lens]]",
                "there are \(nodes.count) [[lens]], more than the \(LensLimits.maxLenses) that are possible",
                hint: "leave some of them out")
        }
        var names: [String: SourcePlace] = [:]
        return nodes.compactMap { self.lens($0, streams: [ConfigurationName.all] + streams, names: &names) }
    }

    /// Nil after a report, where the block has no name of its own.
    private mutating func lens(
        _ node: ConfigurationNode, streams: [String], names: inout [String: SourcePlace]
    ) -> LensBlock? {
        let written = node.table?["name"].flatMap(Self.text)?.text
        let label = written.map { "[[lens]] \"\($0.prefix(LensLimits.maxNameLength))\"" } ?? "[[lens]]"
        let table = self.checker.table(node, specs: ConfigurationSpecs.lens, label: label)
        guard let name = table.string("name") else { return nil }
        self.checkLength("name", name, most: LensLimits.maxNameLength, of: table)
        let place = table.places["name"] ?? node.place
        if let first = names[name] {
            self.checker.add(
                place, "name",
                "a [[lens]] \"\(name)\" is already defined at \(first.file):\(first.line):\(first.column)",
                hint: "give one of the two another name")
            return nil
        }
        names[name] = place
        var lens = LensBlock(name: name, about: table.string("about"), table: table)
        if let about = lens.about { self.checkLength("about", about, most: LensLimits.maxAboutLength, of: table) }
        lens.stream = self.stream(table, streams: streams, label: label) ?? lens.stream
        lens.filter = node.table?["filter"].flatMap(Self.text)
        if let filter = lens.filter { self.checkFilter(filter, label: label) }
        lens.columns = table.strings("columns") ?? []
        if lens.columns.count > LensLimits.maxColumns {
            self.checker.add(
                table.problem(
                    "columns", "columns of \(label) has \(lens.columns.count) fields",
                    hint: "use up to \(LensLimits.maxColumns)"))
        }
        return lens
    }

    private mutating func checkLength(_ key: String, _ text: String, most: Int, of table: OptionTable) {
        if !text.isEmpty, text.count <= most { return }
        self.checker.add(
            table.problem(key, "\(key) of a [[lens]] has \(text.count) characters", hint: "use 1 to \(most)"))
    }

    private mutating func checkFilter(_ filter: FilterText, label: String) {
        do { _ = try Filter(parsing: filter.text) } catch {
            self.checker.add(
                filter.place(ofColumn: error.column), "filter", "filter of \(label): \(error.message)",
                hint: error.suggestion ?? "expected \(error.expected)")
        }
    }
}
