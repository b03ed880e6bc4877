import Foundation
import TailraceCodec
import TailraceDaemon
import TailraceInput
import TailraceOptions
import TailraceRouter
import Testing

/// What is in `etc/` and `docs/configuration.md`, against the options that this binary has.
struct ConfigurationShippedFilesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let kinds = InputKind.builtin

    /// What the shipped file takes from its environment.
    private static let environment = ["TAILRACE_REDACTION_KEY": "a key of these tests"]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// The shipped file with every setting switched on.
    private static func everything() throws -> String {
        try Self.text("etc/tailrace.toml").split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let rest = line.drop { $0 == "#" }
                return rest.count + 1 == line.count && rest.first.map { $0 != " " } ?? false ? rest : line
            }
            .joined(separator: "\n")
    }

    @Test(arguments: [
        "etc/tailrace.toml", "etc/examples/nginx.toml", "etc/examples/journald-errors.toml",
        "etc/examples/apps-unix-socket.toml", "etc/examples/network-syslog.toml", "etc/examples/docker-logs.toml",
        "etc/examples/fleet-agent.toml", "etc/examples/fleet-hub.toml",
    ])
    func `a shipped file loads`(path: String) throws {
        let configuration = try Configuration.load(
            path: Self.root.appending(path: path).path, inputKinds: Self.kinds, environment: [:])
        #expect(configuration.warnings.isEmpty)
        #expect(configuration.inputs.isEmpty == (configuration.fleet.mode == .hub))
    }

    @Test func `no example is left out of these tests`() throws {
        let folder = Self.root.appending(path: "etc/examples")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 7)
    }

    @Test func `the shipped file loads with every setting switched on, and shows the defaults`() throws {
        let configuration = try Configuration.parse(
            try Self.everything(), file: "tailrace.toml", inputKinds: Self.kinds, environment: Self.environment)
        var server = ServerSettings()
        server.publicFolder = "/usr/share/tailrace/public"
        #expect(configuration.server == server)
        #expect(configuration.log == LogSettings())
        #expect(configuration.history == HistorySettings())
        #expect(configuration.consumers == ConsumerSettings())
        #expect(configuration.fleet == FleetSettings())
        #expect(configuration.routes.map(\.batch) == [BatchSettings(), BatchSettings()])
    }

    @Test func `the shipped file shows every option`() throws {
        let text = try Self.everything()
        let configuration = try Configuration.parse(
            text, file: "tailrace.toml", inputKinds: Self.kinds, environment: Self.environment)
        for input in BuiltinInputs.all {
            let shown = Self.keys(configuration.inputs.filter { $0.kind == input.kind })
            #expect(Set(input.options.map(\.name)).subtracting(shown) == [], "\(input.kind)")
        }
        // How lines are understood is shown once, for files.
        let shown = Self.keys(configuration.inputs.filter { $0.kind == FileInput.kind })
        #expect(Set(CodecOptions.specs.map(\.name)).subtracting(shown) == [])
        let tables = [
            ConfigurationSpecs.server, ConfigurationSpecs.log, ConfigurationSpecs.history,
            ConfigurationSpecs.consumers, ConfigurationSpecs.auth, ConfigurationSpecs.redact, ConfigurationSpecs.route,
            ConfigurationSpecs.panel, ConfigurationSpecs.lens,
        ]
        let sentences = ["roles", "tls", "trusted_proxies", "user_header", "role_header", "default_role"]
        for spec in ConfigurationSpecs.oidc { #expect(text.contains("\n# oidc.\(spec.name) = "), "\(spec.name)") }
        for spec in tables.joined() where spec.name != "oidc" {
            // Some need another mode of login, and a certificate has to exist: they are shown in a sentence.
            let line = sentences.contains(spec.name) ? "\n# \(spec.name) = " : "\n\(spec.name) = "
            #expect(text.contains(line), "\(spec.name)")
        }
    }

    private static func keys(_ inputs: [InputBlock]) -> Set<String> {
        inputs.reduce(into: []) { $0.formUnion($1.table.values.keys) }
    }

    @Test func `every builtin is documented`() throws {
        let page = try Self.text("docs/redaction.md")
        for builtin in BuiltinSecret.allCases { #expect(page.contains("| `\(builtin.rawValue)` |"), "\(builtin)") }
    }

    @Test func `the schema for editors is what the reader checks by`() throws {
        let made = String(decoding: ConfigurationSchema.json(inputKinds: Self.kinds), as: UTF8.self)
        #expect(made == (try Self.text("etc/tailrace.schema.json")), "make schema writes it anew")
    }

    @Test func `every option is documented`() throws {
        let page = try Self.text("docs/configuration.md")
        let tables = [
            ConfigurationSpecs.server, ConfigurationSpecs.log, ConfigurationSpecs.history,
            ConfigurationSpecs.consumers, ConfigurationSpecs.auth, ConfigurationSpecs.input, ConfigurationSpecs.redact,
            ConfigurationSpecs.route, ConfigurationSpecs.batch, ConfigurationSpecs.panel,
            ConfigurationSpecs.lens, ConfigurationSpecs.role, ConfigurationSpecs.token, ConfigurationSpecs.user,
            ConfigurationSpecs.oidc, ConfigurationSpecs.fleet, CodecOptions.specs,
        ]
        for spec in tables.joined() + Self.kinds.flatMap(\.options) {
            #expect(page.contains("| `\(spec.name)`"), "\(spec.name)")
        }
    }
}
