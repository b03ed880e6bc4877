import TailraceOptions

/// Puts `${NAME}`, `${NAME:-default}` and `${file:/path}` into strings; `$${` is a plain `${`.
package struct VariableExpansion: Sendable {
    /// A secret or a token, not a document.
    package static let maxFileBytes = 64 << 10

    private let environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// Expands every string of a file.
    package func expand(_ node: inout ConfigurationNode, problems: inout ProblemList) {
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

    package func expanded(_ text: String) throws(Problem) -> String {
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
                result += try self.value(of: rest[..<end].dropFirst(2))
                rest = rest[rest.index(after: end)...]
            } else {
                result += rest.prefix(1)
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private func value(of reference: Substring) throws(Problem) -> String {
        if reference.hasPrefix("file:") { return try self.contents(of: String(reference.dropFirst(5))) }
        var name = reference
        var fallback: Substring?
        if let marker = reference.firstIndex(of: ":"), reference[marker...].hasPrefix(":-") {
            name = reference[..<marker]
            fallback = reference[marker...].dropFirst(2)
        }
        guard Self.isVariableName(name) else {
            throw Problem(
                message: "\"${\(reference.prefix(40))}\" is not a variable",
                hint: "write ${NAME}, ${NAME:-default} or ${file:/path}, and \"$${\" for a plain \"${\"")
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

    /// The file's text without its last line feed.
    private func contents(of path: String) throws(Problem) -> String {
        guard path.hasPrefix("/") else {
            throw Problem(message: "\"${file:\(path)}\" is not an absolute path", hint: "begin it with a slash")
        }
        do throws(FileBytes.Failure) {
            var bytes = try FileBytes.read(path: path, limit: Self.maxFileBytes)
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
