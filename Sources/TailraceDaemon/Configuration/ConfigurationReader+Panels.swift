internal import TailraceFilter
internal import TailraceHub
import TailraceOptions

extension ConfigurationReader {
    mutating func panels(_ nodes: [ConfigurationNode], streams: [String]) -> [PanelBlock] {
        if nodes.count > PanelLimits.maxPanels {
            self.checker.add(
                nodes[PanelLimits.maxPanels].place, "[[panel]]",
                "there are \(nodes.count) [[panel]], more than the \(PanelLimits.maxPanels) that are possible",
                hint: "leave some of them out")
        }
        var ids: [String: SourcePlace] = [:]
        return nodes.compactMap { self.panel($0, streams: [ConfigurationName.all] + streams, ids: &ids) }
    }

    /// Nil after a report, where the block lacks what makes it a panel.
    private mutating func panel(
        _ node: ConfigurationNode, streams: [String], ids: inout [String: SourcePlace]
    ) -> PanelBlock? {
        let title = node.table?["title"].flatMap { if case .string(let text) = $0.value { text } else { nil } }
        let label = title.map { "[[panel]] \"\($0.prefix(PanelLimits.maxTitleLength))\"" } ?? "[[panel]]"
        let table = self.checker.table(node, specs: ConfigurationSpecs.panel, label: label)
        let id = self.panelID(node, table: table, title: title, label: label, ids: &ids)
        guard let title, let id, let kind = table.string("kind").flatMap(PanelDefinition.Kind.init) else { return nil }
        self.checkTitle(title, table: table)
        var panel = PanelDefinition(id: id, title: title, kind: kind)
        panel.stream = self.stream(table, streams: streams, label: label) ?? panel.stream
        let filter = node.table?["filter"].flatMap(Self.text)
        if let filter { panel.filter = self.filter(filter, label: label) ?? panel.filter }
        panel.by = self.by(table, label: label)
        if let text = node.table?["value"].flatMap(Self.text) {
            panel.value = self.value(text, kind: kind, label: label) ?? panel.value
        }
        panel.window = self.wholeSeconds("window", of: table, in: PanelLimits.window, label: label) ?? panel.window
        panel.every = self.wholeSeconds("every", of: table, in: PanelLimits.every, label: label) ?? panel.every
        panel.limit = self.limit(table, kind: kind, label: label)
        self.checkFit(panel, table: table, label: label)
        return PanelBlock(definition: panel, table: table)
    }

    static func text(_ node: ConfigurationNode) -> FilterText? {
        guard case .string(let text) = node.value else { return nil }
        return FilterText(text: text, place: node.place, isVerbatim: node.isVerbatim)
    }

    private mutating func checkTitle(_ title: String, table: OptionTable) {
        guard title.count > PanelLimits.maxTitleLength else { return }
        self.checker.add(
            table.problem(
                "title", "the title of a [[panel]] has \(title.count) characters",
                hint: "use up to \(PanelLimits.maxTitleLength)"))
    }

    // MARK: Id

    private mutating func panelID(
        _ node: ConfigurationNode, table: OptionTable, title: String?, label: String, ids: inout [String: SourcePlace]
    ) -> String? {
        let key = table.string("name") != nil ? "name" : "title"
        guard let id = self.panelID(table, title: title, label: label) else { return nil }
        let place = table.places[key] ?? node.place
        if let first = ids[id] {
            self.checker.add(
                place, key,
                "a [[panel]] \"\(id)\" is already defined at \(first.file):\(first.line):\(first.column)",
                hint: key == "name" ? "give one of the two another name" : "give one of the two a name of its own")
            return nil
        }
        ids[id] = place
        return id
    }

    private mutating func panelID(_ table: OptionTable, title: String?, label: String) -> String? {
        if let name = table.string("name") {
            if ConfigurationName.isValid(name) { return name }
            self.checker.add(
                table.problem(
                    "name", "\"\(name)\" is not a name for a [[panel]]",
                    hint: "use up to \(ConfigurationName.maxBytes) of a-z A-Z 0-9 _ - ."))
            return nil
        }
        guard let title else { return nil }
        if let id = PanelBlock.id(ofTitle: title) { return id }
        self.checker.add(
            table.problem(
                "title", "no name can be made from the title of \(label)", hint: "add name = \"…\" of a-z 0-9 -"))
        return nil
    }

    // MARK: What it takes and tells

    mutating func stream(_ table: OptionTable, streams: [String], label: String) -> String? {
        guard let stream = table.string("stream"), !streams.contains(stream) else { return table.string("stream") }
        let hint = Suggestion.hint(for: stream, among: streams, calledThem: "streams")
        self.checker.add(table.problem("stream", "\(label) is of the stream \"\(stream)\", which is none", hint: hint))
        return nil
    }

    private mutating func filter(_ filter: FilterText, label: String) -> Filter? {
        do {
            let parsed = try Filter(parsing: filter.text)
            if parsed.timeBounds == Filter.everything.timeBounds { return parsed }
            self.checker.add(
                filter.place, "filter", "filter of \(label) has a time", hint: "use window for how far it looks back")
        } catch {
            self.checker.add(
                filter.place(ofColumn: error.column), "filter", "filter of \(label): \(error.message)",
                hint: error.suggestion ?? "expected \(error.expected)")
        }
        return nil
    }

    private mutating func by(_ table: OptionTable, label: String) -> [EventField] {
        let names = table.strings("by") ?? []
        if names.count > PanelLimits.maxByFields {
            self.checker.add(
                table.problem(
                    "by", "by of \(label) has \(names.count) fields", hint: "use up to \(PanelLimits.maxByFields)"))
        }
        var fields: [EventField] = []
        for (index, name) in names.enumerated() {
            do { fields.append(try EventField(parsing: name)) } catch {
                self.checker.add(
                    table.problem(
                        "by[\(index)]", "by of \(label): \(error.message)", hint: "expected \(error.expected)"))
            }
        }
        return fields
    }

    private mutating func value(_ text: FilterText, kind: PanelDefinition.Kind, label: String) -> PanelValue? {
        do { return try PanelValue(parsing: text.text) } catch {
            let functions = PanelValue.Function.allCases.map(\.rawValue)
            let nearest = error.unknownFunction.flatMap { Suggestion.nearest(to: $0, among: functions) }
            self.checker.add(
                text.place(ofColumn: error.column), "value", "value of \(label): \(error.message)",
                hint: nearest.map { "did you mean \"\($0)\"? (\(error.expected))" } ?? "expected \(error.expected)")
            return nil
        }
    }

    private mutating func wholeSeconds(
        _ key: String, of table: OptionTable, in range: ClosedRange<Duration>, label: String
    ) -> Duration? {
        guard let duration = self.duration(key, of: table, in: range, label: label) else { return nil }
        guard duration.components.attoseconds != 0 else { return duration }
        self.checker.add(
            table.problem(
                key, "\(key) in \(label) must be whole seconds, not \(QuantityText.text(duration))",
                hint: "panels are told once a second at most"))
        return nil
    }

    private mutating func limit(_ table: OptionTable, kind: PanelDefinition.Kind, label: String) -> Int {
        guard let limit = table.integer("limit").map(Int.init) else { return kind.defaultLimit }
        if kind.limits.contains(limit) { return limit }
        self.checker.add(
            table.problem(
                "limit", "limit in \(label) must be from \(kind.limits.lowerBound) to \(kind.limits.upperBound)"
                    + " for a \(kind.rawValue), not \(limit)"))
        return kind.defaultLimit
    }

    /// What does not belong to the kind is a misunderstanding, not to be passed over.
    private mutating func checkFit(_ panel: PanelDefinition, table: OptionTable, label: String) {
        switch panel.kind {
        case .log:
            for key in ["value", "by"] where table.values[key] != nil {
                self.checker.add(
                    table.problem(key, "\(key) in \(label) has no meaning for a log", hint: "remove it"))
            }
        case .top:
            if table.values["by"] == nil {
                self.checker.add(
                    table.place, "by", "\(label) needs the key by: a top is of something",
                    hint: "such as by = \"host\"")
            }
        case .timeseries:
            if panel.value.function == .last {
                self.checker.add(
                    table.problem("value", "last in \(label) is no series of values", hint: "use kind = \"stat\""))
            }
        case .stat: break
        }
    }
}
