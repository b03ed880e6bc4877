/// The modules that a root module reaches, in units that come in one answer each.
///
/// The first unit is all that the root needs to run. What may be asked for later is put together by who can ask for it:
/// two modules are in one unit if the same later imports reach them, so that none comes before it is wanted and every
/// module exists once.
struct ModuleGraph {
    struct Unit {
        /// The file that the unit is called after.
        var path: String
        /// In the order in which they run.
        var modules: [String] = []
    }

    let root: String
    private(set) var modules: [String: PageModule] = [:]
    private(set) var units: [Unit] = []
    /// The unit that each module is in.
    private(set) var places: [String: Int] = [:]

    init(root: String, files: [String: [UInt8]]) throws(JoinProblem) {
        self.root = root
        try self.read(files)
        let wanted = self.modules.values.flatMap(\.later)
        var order: [String] = []
        for start in [root] + Set(wanted).sorted() { try self.visit(start, [], &order) }
        self.place(order)
    }

    private mutating func read(_ files: [String: [UInt8]]) throws(JoinProblem) {
        var waiting = [(self.root, self.root)]
        var names: [String: String] = [:]
        while let (path, other) = waiting.popLast() {
            if self.modules[path] != nil { continue }
            guard let bytes = files[path] else { throw .missing(path, wantedBy: other) }
            let module = try PageModule(path: path, bytes: bytes)
            if let twin = names.updateValue(path, forKey: module.name) { throw .sameName(path, twin) }
            self.modules[path] = module
            waiting += (module.dependencies + module.later).map { ($0, path) }
        }
    }

    /// Appends what a module needs and then itself.
    private func visit(_ path: String, _ above: Set<String>, _ order: inout [String]) throws(JoinProblem) {
        if above.contains(path) { throw .cycle(path) }
        if order.contains(path) { return }
        for dependency in self.modules[path]?.dependencies ?? [] {
            try self.visit(dependency, above.union([path]), &order)
        }
        order.append(path)
    }

    private mutating func place(_ order: [String]) {
        let base = self.needs(of: self.root)
        let starts = Set(self.modules.values.flatMap(\.later)).subtracting(base).sorted()
        var reachedFrom: [String: [String]] = [:]
        for start in starts {
            for path in self.needs(of: start).subtracting(base) { reachedFrom[path, default: []].append(start) }
        }
        self.units = [Unit(path: self.root)]
        var known: [[String]: Int] = [[]: 0]
        for path in order {
            let group = reachedFrom[path] ?? []
            let place = known[group] ?? self.units.count
            if place == self.units.count {
                known[group] = place
                // Called after one of its modules: that which is asked for, where there is one.
                let isAskedFor = group.count == 1 && reachedFrom[group[0]] == group
                self.units.append(Unit(path: isAskedFor ? group[0] : path))
            }
            self.units[place].modules.append(path)
            self.places[path] = place
        }
    }

    /// The module and all that is here before it runs.
    private func needs(of path: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = [path]
        while let next = waiting.popLast() {
            if found.insert(next).inserted { waiting += self.modules[next]?.dependencies ?? [] }
        }
        return found
    }
}
