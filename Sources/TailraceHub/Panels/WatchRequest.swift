internal import TailraceEvent
internal import TailraceFilter

/// A panel as a viewer asks for it, before it is believed; what is nil has its default.
package struct WatchRequest: Sendable {
    package var kind: String?
    package var stream: String?
    package var filter: String?
    package var value: String?
    package var by: [String] = []
    /// `15m`, `90s`
    package var window: String?
    package var every: String?
    package var points: Int?
    package var limit: Int?
    /// Why it could not be read at all.
    package var problem: String?

    package init() {}
}

extension WatchRequest {
    /// The definition without an id: equal for all who ask for the same.
    ///
    /// - Parameter lens: what the viewer looks through; gives stream and filter where the request does not.
    func definition(_ index: Int, lens: Lens, streams: StreamTable) throws(ReaderProblem) -> PanelDefinition {
        do throws(ReaderProblem) {
            if let problem = self.problem { throw ReaderProblem(.watch, problem) }
            return try self.definition(lens: lens, streams: streams)
        } catch {
            var problem = error
            problem.code = .watch
            problem.panel = index
            throw problem
        }
    }

    private func definition(lens: Lens, streams: StreamTable) throws(ReaderProblem) -> PanelDefinition {
        guard let kind = self.kind.flatMap(PanelDefinition.Kind.init) else {
            throw ReaderProblem(
                .watch, self.kind.map { "there is no kind \"\($0)\"" } ?? "the panel has no kind",
                expected: PanelDefinition.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var panel = PanelDefinition(id: "", title: "", kind: kind)
        panel.stream = self.stream ?? lens.stream
        guard streams.entries[panel.stream] != nil else {
            throw ReaderProblem(
                .watch, "there is no stream \"\(panel.stream)\"", expected: streams.names.joined(separator: ", "))
        }
        panel.filter = try self.parsedFilter() ?? lens.filter.withoutTimeBounds
        panel.by = try self.parsedFields()
        panel.value = try self.parsedValue()
        try self.takeNumbers(into: &panel)
        try self.checkFit(panel)
        panel.title = ([panel.value.text] + (panel.by.isEmpty ? [] : ["by"] + panel.by.map(\.name)))
            .joined(separator: " ")
        return panel
    }

    private func parsedFilter() throws(ReaderProblem) -> Filter? {
        guard let text = self.filter else { return nil }
        let filter = try OpenPlan.parse(text)
        guard filter.timeBounds == Filter.everything.timeBounds else {
            throw ReaderProblem(
                .watch, "the filter of a panel has a time", expected: "window for how far it looks back")
        }
        return filter
    }

    private func parsedFields() throws(ReaderProblem) -> [EventField] {
        guard self.by.count <= PanelLimits.maxByFields else {
            throw ReaderProblem(
                .watch, "by has \(self.by.count) fields", expected: "at most \(PanelLimits.maxByFields)")
        }
        var fields: [EventField] = []
        for name in self.by {
            do { fields.append(try EventField(parsing: name)) } catch {
                throw ReaderProblem(.watch, "by: \(error.message)", expected: error.expected)
            }
        }
        return fields
    }

    private func parsedValue() throws(ReaderProblem) -> PanelValue {
        guard let text = self.value else { return .count }
        do { return try PanelValue(parsing: text) } catch {
            throw ReaderProblem(.watch, "value: \(error.message)", expected: error.expected)
        }
    }

    private func takeNumbers(into panel: inout PanelDefinition) throws(ReaderProblem) {
        panel.window = try Self.seconds(self.window, "window", in: PanelLimits.window) ?? panel.window
        panel.every = try Self.seconds(self.every, "every", in: PanelLimits.every) ?? panel.every
        if let limit = self.limit {
            panel.limit = try Self.check(limit, "limit of a \(panel.kind.rawValue)", in: panel.kind.limits)
        }
        if let points = self.points {
            panel.points = try Self.check(points, "points", in: 1...PanelLimits.maxPoints)
        }
    }

    private static func seconds(
        _ text: String?, _ name: String, in range: ClosedRange<Duration>
    ) throws(ReaderProblem) -> Duration? {
        guard let text else { return nil }
        let (low, high) = (range.lowerBound.components.seconds, range.upperBound.components.seconds)
        guard let nanoseconds = TimeSpan.nanoseconds(text), nanoseconds % 1_000_000_000 == 0,
            range.contains(.nanoseconds(nanoseconds))
        else {
            throw ReaderProblem(
                .watch, "\(name) is \"\(text)\"", expected: "a time span from \(low)s to \(high)s, such as 90s or 15m")
        }
        return .nanoseconds(nanoseconds)
    }

    private static func check(
        _ number: Int, _ name: String, in range: ClosedRange<Int>
    ) throws(ReaderProblem) -> Int {
        guard range.contains(number) else {
            throw ReaderProblem(
                .watch, "\(name) is \(number)", expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// What does not belong to the kind is a misunderstanding, not to be passed over.
    private func checkFit(_ panel: PanelDefinition) throws(ReaderProblem) {
        switch panel.kind {
        case .log where self.value != nil || !self.by.isEmpty:
            throw ReaderProblem(.watch, "value and by have no meaning for a log", expected: "neither")
        case .top where self.by.isEmpty:
            throw ReaderProblem(.watch, "a top is of something", expected: "by, such as [\"host\"]")
        case .timeseries where panel.value.function == .last:
            throw ReaderProblem(.watch, "last is no series of values", expected: "kind stat")
        case .top, .stat, .log:
            guard self.points == nil else {
                throw ReaderProblem(.watch, "points are of a timeseries", expected: "no points")
            }
        case .timeseries: break
        }
    }
}
