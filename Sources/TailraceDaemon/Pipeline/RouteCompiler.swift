internal import TailraceFilter
internal import TailraceOptions
internal import TailraceRouter

/// Turns the routes of the configuration into what the router runs: parses filters and patterns, and tells everything
/// that is wrong in them with its place in the file.
struct RouteCompiler {
    private(set) var problems: [OptionProblem] = []

    static func compile(_ blocks: [RouteBlock]) throws(RelayError) -> [RouteDefinition] {
        var compiler = RouteCompiler()
        let routes = blocks.map { compiler.route($0) }
        guard compiler.problems.isEmpty else {
            throw RelayError(
                compiler.problems.map(\.description).joined(separator: "\n"), isConfiguration: true)
        }
        return routes
    }

    private mutating func route(_ block: RouteBlock) -> RouteDefinition {
        let filter = self.filter(block)
        let limit = block.rateLimit.map {
            RateLimit(count: $0.count, periodNanoseconds: $0.period.components.seconds * 1_000_000_000)
        }
        return RouteDefinition(
            name: block.name, from: block.from ?? [], whereFilter: filter,
            purpose: block.drops ? .drop : .stream(Thinning(sampleOneOf: block.sampleOneOf, rateLimit: limit)),
            fields: self.fields(block))
    }

    private mutating func filter(_ block: RouteBlock) -> Filter {
        do {
            let filter = try Filter(parsing: block.filter?.text ?? "")
            if block.drops && filter.asksAboutStreams {
                self.add(
                    block, "where",
                    "where of route \"\(block.name)\" asks about streams, and drop rules come before them",
                    hint: "say it without stream:")
            }
            return filter
        } catch {
            self.problems.append(
                OptionProblem(
                    place: block.filter?.place(ofColumn: error.column) ?? block.place, key: "where",
                    message: "where of route \"\(block.name)\": \(error.message)",
                    hint: error.suggestion ?? "expected \(error.expected)"))
            return .everything
        }
    }

    private mutating func fields(_ block: RouteBlock) -> RouteFields {
        let set = block.set.mapValues { value -> FieldValue in
            switch value {
            case .string(let text): .string(text)
            case .integer(let number): .integer(number)
            case .number(let number): .number(number)
            case .boolean(let flag): .boolean(flag)
            }
        }
        do { return try RouteFields(set: set, capture: block.capture) } catch {
            self.add(error, in: block)
            return RouteFields()
        }
    }

    private mutating func add(_ problem: RouteFieldsProblem, in block: RouteBlock) {
        let route = "route \"\(block.name)\""
        switch problem {
        case .pattern(let index, let reason):
            self.add(
                block, "capture[\(index)]", "capture of \(route): \(reason)",
                hint: "RE2 syntax, without look-around and back-references")
        case .noNamedGroup(let index):
            self.add(
                block, "capture[\(index)]", "capture of \(route) has no named group",
                hint: "write (?<name>…) around what is wanted")
        case .unknownGroup(let field, let group, let known):
            self.add(
                block, "set.\(field)",
                "\(field) in set of \(route) names $\(group), which no group of capture is called",
                hint: Suggestion.hint(for: group, among: known, calledThem: "groups") + "; \"$$\" is a plain dollar")
        case .looseDollar(let field):
            self.add(
                block, "set.\(field)", "\(field) in set of \(route) has a $ with no name of a group behind it",
                hint: "\"$$\" is a plain dollar")
        case .unused:
            self.add(
                block, "capture", "capture of \(route) has no effect: no value of set names one of its groups",
                hint: "write them as in set = { user = \"$user\" }")
        }
    }

    private mutating func add(_ block: RouteBlock, _ key: String, _ message: String, hint: String) {
        self.problems.append(
            OptionProblem(place: block.places[key] ?? block.place, key: key, message: message, hint: hint))
    }
}
