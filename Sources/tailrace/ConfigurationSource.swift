import Glibc
import TailraceAccess
import TailraceDaemon
import TailraceWeb

/// The configuration a command works with: a named file, the installed one, or the embedded default.
struct ConfigurationSource {
    static let installed = "/etc/tailrace/tailrace.toml"

    var configuration: Configuration
    /// What the embedded default took and what not.
    var notes: [String] = []

    /// - Parameter listen: addresses in place of those that the configuration names, if there are any.
    static func load(path: String?, listen: [String]) throws -> ConfigurationSource {
        var source = try Self.load(path: path)
        try source.listen(on: listen)
        return source
    }

    static func load(path: String?) throws -> ConfigurationSource {
        if let path { return ConfigurationSource(configuration: try Self.read(path)) }
        if access(Self.installed, F_OK) == 0 {
            return ConfigurationSource(configuration: try Self.read(Self.installed))
        }
        let host = HostFacts.current(environment: Self.environment)
        let embedded = Configuration.embeddedDefault(for: host)
        let failures = embedded.makeFolders()
        return ConfigurationSource(configuration: embedded.configuration, notes: embedded.notes + failures)
    }

    private static func read(_ path: String) throws -> Configuration {
        do {
            return try Configuration.load(path: path, inputKinds: InputKind.builtin, environment: Self.environment)
        } catch {
            throw CommandFailure(error.description, code: CommandFailure.wrongConfiguration)
        }
    }

    /// Puts `--listen` in place of what the configuration says.
    mutating func listen(on addresses: [String]) throws {
        guard !addresses.isEmpty else { return }
        do { try self.configuration.listen(on: addresses) } catch {
            throw CommandFailure("--listen: \(error.message); \(error.hint)", code: 2)
        }
        let exposed = self.configuration.server.exposed
        if let first = exposed.first, !self.configuration.server.insecure,
            self.configuration.access.policy.mode == .none
        {
            throw CommandFailure(
                "\(first) can be reached from other hosts, and there is no login; "
                    + "listen on 127.0.0.1, set a mode in [auth], or [server] insecure = true if the network is trusted"
            )
        }
    }

    private static var environment: [String: String] {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { found[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return found
    }
}
