import TailraceOptions

/// Joins the main file and the files of `conf.d`: blocks are appended, keys of later files override.
enum ConfigurationMerge {
    static func merge(_ nodes: [ConfigurationNode]) -> ConfigurationNode? {
        guard let first = nodes.first else { return nil }
        return nodes.dropFirst().reduce(first) { Self.merged($0, $1) }
    }

    private static func merged(_ old: ConfigurationNode, _ new: ConfigurationNode) -> ConfigurationNode {
        var result = old
        switch (old.value, new.value) {
        case (.table(let oldTable), .table(let newTable)):
            result.value = .table(oldTable.merging(newTable, uniquingKeysWith: Self.merged))
        case (.array(let oldElements), .array(let newElements)) where Self.areBlocks(oldElements + newElements):
            result.value = .array(oldElements + newElements)
        default: result = new
        }
        return result
    }

    /// An array of tables, as opposed to a list of values.
    private static func areBlocks(_ elements: [ConfigurationNode]) -> Bool {
        elements.allSatisfy { $0.table != nil }
    }
}

/// The folder `conf.d` beside the main file.
enum ConfigurationFragments {
    /// More are a mistake in a path rather than a configuration.
    static let maxFiles = 256

    /// The paths of its `*.toml` files, by name; hidden files are left out. No folder is no problem.
    static func paths(besides mainFile: String, problems: inout ProblemList) -> [String] {
        let folder = FolderPath.folder(of: mainFile) + "conf.d"
        do {
            let names = try FolderPath.names(in: folder)
                .filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard names.count <= Self.maxFiles else {
                problems.add(
                    SourcePlace(file: folder, line: 1, column: 1), "",
                    "the folder has \(names.count) .toml files, more than the \(Self.maxFiles) that are read",
                    hint: "join some of them")
                return []
            }
            return names.map { "\(folder)/\($0)" }
        } catch {
            if !error.isMissing {
                problems.add(
                    SourcePlace(file: folder, line: 1, column: 1), "", "cannot read the folder: \(error.reason)",
                    hint: "give the user that runs tailrace read access")
            }
            return []
        }
    }
}
