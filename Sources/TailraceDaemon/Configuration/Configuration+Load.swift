internal import TailraceInput
package import TailraceOptions

/// A kind of input, as far as the configuration needs to know it.
package struct InputKind: Sendable {
    package var name: String
    /// The keys it takes beside `name` and `type`, those of its codec included.
    package var options: [OptionSpec]

    package init(name: String, options: [OptionSpec]) {
        self.name = name
        self.options = options
    }
}

extension InputKind {
    /// Those of this binary.
    package static var builtin: [InputKind] {
        BuiltinInputs.all.map { InputKind(name: $0.kind, options: $0.options + $0.codecOptions) }
    }
}

extension Configuration {
    /// Reads and checks a file and the `conf.d` folder beside it. Opens nothing that the file names.
    ///
    /// Throws everything that is wrong, not only the first.
    package static func load(
        path: String, inputKinds: [InputKind], environment: [String: String]
    ) throws(ConfigurationError) -> Configuration {
        var problems = ProblemList()
        let files = [path] + ConfigurationFragments.paths(besides: path, problems: &problems)
        var expansion = VariableExpansion(environment: environment)
        var nodes: [ConfigurationNode] = []
        for file in files {
            guard var node = ConfigurationFile.read(path: file, problems: &problems) else { continue }
            expansion.expand(&node, problems: &problems)
            nodes.append(node)
        }
        guard nodes.count == files.count else { throw problems.error(files: files, expansion.secrets) }
        return try Self.check(nodes, files: files, inputKinds: inputKinds, expansion, problems: problems)
    }

    /// Checks a text that lies in no file, without `conf.d`.
    package static func parse(
        _ text: String, file: String, inputKinds: [InputKind], environment: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        var problems = ProblemList()
        guard var node = ConfigurationFile.parse([UInt8](text.utf8), file: file, problems: &problems) else {
            throw problems.error(files: [file], SecretMask())
        }
        var expansion = VariableExpansion(environment: environment)
        expansion.expand(&node, problems: &problems)
        return try Self.check([node], files: [file], inputKinds: inputKinds, expansion, problems: problems)
    }

    private static func check(
        _ nodes: [ConfigurationNode], files: [String], inputKinds: [InputKind], _ expansion: VariableExpansion,
        problems: ProblemList
    ) throws(ConfigurationError) -> Configuration {
        let root = ConfigurationMerge.merge(nodes)
        var reader = ConfigurationReader(inputKinds: inputKinds, mainFile: files[0], problems: problems)
        var configuration = reader.read(root?.table ?? [:])
        guard reader.problems.isEmpty else { throw reader.problems.error(files: files, expansion.secrets) }
        configuration.secrets = expansion.secrets
        configuration.warnings = configuration.warnings.map(expansion.secrets.masked) + expansion.warnings
        return configuration
    }
}
