/// Writes the units of a graph as modules.
///
/// Each module becomes a function that runs at once and returns what the module exports, in an order in which what a
/// module needs was there before it; a unit exports all of its modules under their names, for the units that come
/// later.
struct JoinedModules {
    let graph: ModuleGraph

    /// The query by which the page asks for a unit: nothing for the root's own, the root for others, as the page and
    /// its workers each have their own copy of a module.
    func query(of unit: ModuleGraph.Unit) -> String {
        unit.path == self.graph.root ? "" : String(self.graph.root.dropFirst())
    }

    func text(of unit: ModuleGraph.Unit) -> [UInt8] {
        var text: [UInt8] = []
        for (place, names) in self.outside(of: unit) {
            let address = self.address(of: self.graph.units[place], in: unit)
            text += "import { \(names.joined(separator: ", ")) } from \"\(address)\";\n".utf8
        }
        let modules = unit.modules.compactMap { self.graph.modules[$0] }
        for module in modules { self.write(module, in: unit, to: &text) }
        text += "export { \(modules.map(\.name).joined(separator: ", ")) };\n".utf8
        return text
    }

    /// Names of modules that the unit needs of others, by the others' places.
    private func outside(of unit: ModuleGraph.Unit) -> [(place: Int, names: [String])] {
        var found: [Int: Set<String>] = [:]
        for path in unit.modules.flatMap({ self.graph.modules[$0]?.dependencies ?? [] }) {
            guard let place = self.graph.places[path], self.graph.units[place].path != unit.path else { continue }
            found[place, default: []].insert(PageModule.name(of: path))
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    private func address(of unit: ModuleGraph.Unit, in other: ModuleGraph.Unit) -> String {
        let query = self.query(of: unit)
        return PagePath.relative(unit.path, in: other.path) + (query.isEmpty ? "?joined" : "?joined=\(query)")
    }

    private func write(_ module: PageModule, in unit: ModuleGraph.Unit, to text: inout [UInt8]) {
        text += "const \(module.name) = (() => {\n".utf8
        for other in module.imports where !other.names.isEmpty {
            let items = other.names.map { $0.theirs == $0.ours ? $0.ours : "\($0.theirs): \($0.ours)" }
            text += "const { \(items.joined(separator: ", ")) } = \(PageModule.name(of: other.module));\n".utf8
        }
        for piece in module.body {
            switch piece {
            case .text(let range): text += module.bytes[range]
            case .later(let path): text += self.promise(of: path, in: unit).utf8
            case .address:
                text += "new URL(\"\(PagePath.relative(module.path, in: unit.path))\", import.meta.url).href".utf8
            }
        }
        let items = self.exported(by: module).map { $0.name == $0.value ? $0.name : "\($0.name): \($0.value)" }
        text += "\nreturn { \(items.joined(separator: ", ")) };\n})();\n".utf8
    }

    /// What stands for `import("…")`.
    private func promise(of path: String, in unit: ModuleGraph.Unit) -> String {
        let name = PageModule.name(of: path)
        guard let place = self.graph.places[path], self.graph.units[place].path != unit.path else {
            return "Promise.resolve(\(name))"
        }
        return "import(\"\(self.address(of: self.graph.units[place], in: unit))\").then((unit) => unit.\(name))"
    }

    private func exported(by module: PageModule) -> [(name: String, value: String)] {
        module.exports.flatMap { export in
            switch export {
            case .own(let name): [(name.ours, name.theirs)]
            case .from(let path, let name): [(name.ours, "\(PageModule.name(of: path)).\(name.theirs)")]
            case .all(let path):
                (self.graph.modules[path].map(self.exported) ?? []).map { export in
                    (export.name, "\(PageModule.name(of: path)).\(export.name)")
                }
            }
        }
    }
}

extension PageModule {
    /// What the module is called in units: `js_parts_format` for `/js/parts/format.js`.
    var name: String { Self.name(of: self.path) }

    static func name(of path: String) -> String {
        let stem = path.dropFirst().split(separator: ".").first ?? ""
        // A dollar sign, as nothing in the modules is called so.
        return String(stem.map { $0.isLetter || $0.isNumber ? $0 : "_" }) + "$"
    }
}
