import TailraceOptions

/// Puts `${NAME}`, `${NAME:-default}`, `${file:/path}` and `${credential:NAME}` into strings; `$${` is a plain `${`.
package struct VariableExpansion: Sendable {
    /// A secret or a token, not a document.
    package static let maxFileBytes = 64 << 10
    /// Where systemd puts what `LoadCredential=` names.
    private static let credentialsVariable = "CREDENTIALS_DIRECTORY"

    private let environment: [String: String]
    /// What it put in.
    package private(set) var secrets = SecretMask()
    /// Files with secrets that everybody can read.
    package private(set) var warnings: [String] = []

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// Expands every string of a file.
    package mutating func expand(_ node: inout ConfigurationNode, problems: inout ProblemList) {
        switch node.value {
        case .string(let text):
            guard text.contains("${") else { return }
            do {
                node.unexpanded = text
                node.isVerbatim = false
                node.value = .string(try self.expanded(text))
            } catch {
                problems.add(node.place, "", error.message, hint: error.hint)
            }
        case .array(var elements):
            for index in elements.indices { self.expand(&elements[index], problems: &problems) }
            node.value = .array(elements)
        case .table(var table):
            for key in table.keys.sorted() {
                if var child = table.removeValue(forKey: key) {
                    self.expand(&child, problems: &problems)
                    table[key] = child
                }
            }
            node.value = .table(table)
        case .integer, .number, .boolean, .date: return
        }
    }

    package struct Problem: Error, Sendable, Hashable {
        package var message: String
        package var hint: String
    }

    package mutating func expanded(_ text: String) throws(Problem) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw Problem(
                        message: "\"\(rest.prefix(40))\" has no closing brace",
                        hint: "write \"$${\" for a plain \"${\"")
                }
                let value = try self.value(of: rest[..<end].dropFirst(2))
                self.secrets.add(value, written: String(rest[...end]))
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += rest.prefix(1)
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private mutating func value(of reference: Substring) throws(Problem) -> String {
        if reference.hasPrefix("file:") { return try self.contents(of: String(reference.dropFirst(5))) }
        if reference.hasPrefix("credential:") { return try self.credential(reference.dropFirst(11)) }
        var name = reference
        var fallback: Substring?
        if let marker = reference.firstIndex(of: ":"), reference[marker...].hasPrefix(":-") {
            name = reference[..<marker]
            fallback = reference[marker...].dropFirst(2)
        }
        guard Self.isVariableName(name) else {
            throw Problem(
                message: "\"${\(reference.prefix(40))}\" is not a variable",
                hint: "write ${NAME}, ${NAME:-default}, ${file:/path} or ${credential:NAME}, "
                    + "and \"$${\" for a plain \"${\"")
        }
        let value = self.environment[String(name)]
        if let fallback { return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(fallback) }
        guard let value else {
            throw Problem(
                message: "the environment variable \(name) is not set",
                hint: "set it, or give a default: ${\(name):-default}")
        }
        return value
    }

    /// What the unit's `LoadCredential=` or `SetCredential=` calls so (systemd.exec(5)).
    private mutating func credential(_ name: Substring) throws(Problem) -> String {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
            throw Problem(
                message: "\"${credential:\(name.prefix(40))}\" is not the name of a credential",
                hint: "write the name that stands in LoadCredential=")
        }
        guard let folder = self.environment[Self.credentialsVariable], folder.hasPrefix("/") else {
            throw Problem(
                message: "there is no credential \(name): the service manager has given none",
                hint: "add LoadCredential=\(name):/path to [Service] in the unit")
        }
        return try self.contents(of: "\(folder)/\(name)")
    }

    /// The file's text without its last line feed.
    private mutating func contents(of path: String) throws(Problem) -> String {
        guard path.hasPrefix("/") else {
            throw Problem(message: "\"${file:\(path)}\" is not an absolute path", hint: "begin it with a slash")
        }
        do throws(FileBytes.Failure) {
            var bytes = try FileBytes.read(path: path, limit: Self.maxFileBytes)
            self.warnIfOpen(path)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                throw FileBytes.Failure(reason: "it is not UTF-8 text", hint: nil)
            }
            return text
        } catch {
            throw Problem(
                message: "cannot read \(path): \(error.reason)", hint: error.hint ?? "name a small text file")
        }
    }

    private mutating func warnIfOpen(_ path: String) {
        let warning = "every user of this host can read \(path): if it is a secret, chmod 600 \(path)"
        guard FileAccess.isReadableByAll(path), !self.warnings.contains(warning) else { return }
        self.warnings.append(warning)
    }

    private static func isVariableName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
