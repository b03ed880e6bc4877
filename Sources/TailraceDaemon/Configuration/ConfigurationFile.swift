import TailraceOptions
import TOMLKit

/// One file of the configuration: read, parsed, and joined with its places.
package enum ConfigurationFile {
    /// A large hand-written file has some ten KiB; this keeps a wrong path (a log, a disk image) from being read whole.
    package static let maxBytes = 1 << 20

    /// Reads and parses; nil if that failed, with the reasons in `problems`.
    package static func read(path: String, problems: inout ProblemList) -> ConfigurationNode? {
        do {
            return self.parse(try FileBytes.read(path: path, limit: self.maxBytes), file: path, problems: &problems)
        } catch {
            problems.add(
                SourcePlace(file: path, line: 1, column: 1), "", "cannot read the file: \(error.reason)",
                hint: error.hint)
            return nil
        }
    }

    /// Parses a text that is at most `maxBytes` long.
    package static func parse(_ bytes: [UInt8], file: String, problems: inout ProblemList) -> ConfigurationNode? {
        let start = SourcePlace(file: file, line: 1, column: 1)
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            problems.add(start, "", "the file is not UTF-8 text", hint: "save it as UTF-8 without NUL bytes")
            return nil
        }
        let locations = TOMLLocations(of: bytes)
        guard locations.hazards.isEmpty else {
            for (point, hazard) in locations.hazards { problems.add(Self.problem(hazard, at: point, file: file)) }
            return nil
        }
        do {
            let table = try TOMLTable(string: text)
            return NodeBuilder(locations: locations, file: file).node(table.tomlValue, at: [])
        } catch let error as TOMLParseError {
            let at = error.source.begin
            problems.add(
                SourcePlace(file: file, line: max(at.line, 1), column: max(at.column, 1)), "",
                "not valid TOML: \(error.description)")
        } catch {
            problems.add(start, "", "not valid TOML: \(error)")
        }
        return nil
    }

    private static func problem(
        _ hazard: TOMLLocations.Hazard, at point: TOMLLocations.Point, file: String
    ) -> OptionProblem {
        let place = SourcePlace(file: file, line: point.line, column: point.column)
        return switch hazard {
        case .malformed(let message, let hint):
            OptionProblem(place: place, key: "", message: "not valid TOML: \(message)", hint: hint)
        case .tooDeep:
            OptionProblem(
                place: place, key: "",
                message: "tables and arrays are nested deeper than \(TOMLLocations.maxDepth) levels",
                hint: "no option needs more than five")
        case .escapedNUL:
            OptionProblem(
                place: place, key: "", message: "a value cannot hold a NUL character", hint: "remove the escape")
        }
    }
}

/// Turns TOMLKit's values into nodes with places.
private struct NodeBuilder {
    let locations: TOMLLocations
    let file: String

    func node(_ value: TOMLValue, at path: [TOMLLocations.Step]) -> ConfigurationNode {
        let location = self.locations[path]
        return ConfigurationNode(
            self.value(of: value, at: path), keyPlace: self.place(location?.key), place: self.place(location?.value),
            isVerbatim: location?.isVerbatim ?? false)
    }

    private func value(of value: TOMLValue, at path: [TOMLLocations.Step]) -> ConfigurationNode.Value {
        switch value.type {
        case .table:
            let table = value.table
            var nodes: [String: ConfigurationNode] = [:]
            for key in table?.keys ?? [] {
                guard let child = table?[key] else { continue }
                nodes[key] = self.node(child.tomlValue, at: path + [.key(key)])
            }
            return .table(nodes)
        case .array:
            let elements = value.array.map { Array($0) } ?? []
            return .array(elements.enumerated().map { self.node($1.tomlValue, at: path + [.index($0)]) })
        case .string: return .string(value.string ?? "")
        case .int: return .integer(Int64(value.int ?? 0))
        case .double: return .number(value.double ?? 0)
        case .bool: return .boolean(value.bool ?? false)
        case .date, .time, .dateTime: return .date
        }
    }

    private func place(_ point: TOMLLocations.Point?) -> SourcePlace {
        SourcePlace(file: self.file, line: point?.line ?? 1, column: point?.column ?? 1)
    }
}
