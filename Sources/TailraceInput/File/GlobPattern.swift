/// A path with wildcards: `*`, `?` and `[a-z]` inside a component, `**` for any number of folders.
///
/// As in a shell a wildcard does not match a leading dot, and `\` takes the next character literally.
struct GlobPattern: Sendable, Hashable {
    enum Component: Sendable, Hashable {
        case literal([UInt8])
        case wildcard(GlobComponent)
        /// `**`
        case folders
    }

    struct Problem: Error { let message: String }

    let text: String
    let components: [Component]

    init(_ text: String) throws(Problem) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw Problem(message: "\"\(text)\" is not an absolute path")
        }
        guard !text.utf8.contains(0) else { throw Problem(message: "a path can't hold a NUL byte") }
        guard text.utf8.count <= Self.maxBytes else {
            throw Problem(message: "the path is longer than \(Self.maxBytes) bytes")
        }
        self.text = text
        self.components = text.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
            .map { Self.component(Array($0)) }
        switch self.components.last {
        case nil: throw Problem(message: "\"\(text)\" names no file")
        case .folders: throw Problem(message: "\"\(text)\" ends in **; write \(text)/* for the files below")
        case .literal, .wildcard: break
        }
    }

    /// `PATH_MAX`: the kernel takes no longer path.
    static let maxBytes = 4096

    /// The path itself if the pattern has no wildcard.
    var literalPath: FilePath? {
        var path = FilePath.root
        for component in self.components {
            guard case .literal(let name) = component else { return nil }
            path = path.appending(name)
        }
        return path
    }

    func matches(_ path: FilePath) -> Bool {
        let names = path.bytes.split(separator: UInt8(ascii: "/"))
        return Self.match(self.components[...], names[...], prefixOnly: false)
    }

    /// Whether something below the folder at `path` could match.
    func couldMatch(below path: FilePath) -> Bool {
        let names = path.bytes.split(separator: UInt8(ascii: "/"))
        return Self.match(self.components[...], names[...], prefixOnly: true)
    }

    private static func component(_ text: [UInt8]) -> Component {
        if text == Array("**".utf8) { return .folders }
        let wildcard = GlobComponent(text)
        return wildcard.literal.map { .literal($0) } ?? .wildcard(wildcard)
    }

    /// Recurses once per component and, at `**`, per folder: both bounded by the length of a path.
    private static func match(
        _ components: ArraySlice<Component>, _ names: ArraySlice<ArraySlice<UInt8>>, prefixOnly: Bool
    ) -> Bool {
        guard let component = components.first else { return !prefixOnly && names.isEmpty }
        guard let name = names.first else { return prefixOnly }
        switch component {
        case .literal(let literal):
            return name.elementsEqual(literal)
                && Self.match(components.dropFirst(), names.dropFirst(), prefixOnly: prefixOnly)
        case .wildcard(let wildcard):
            return wildcard.matches(name)
                && Self.match(components.dropFirst(), names.dropFirst(), prefixOnly: prefixOnly)
        case .folders:
            if Self.match(components.dropFirst(), names, prefixOnly: prefixOnly) { return true }
            return name.first != UInt8(ascii: ".") && Self.match(components, names.dropFirst(), prefixOnly: prefixOnly)
        }
    }
}

/// What is left out: a pattern without `/` is compared with the file's name, one with `/` with its whole path.
struct ExcludePattern: Sendable, Hashable {
    private enum Form: Sendable, Hashable {
        case name(GlobComponent)
        case path(GlobPattern)
    }

    private let form: Form

    init(_ text: String) throws(GlobPattern.Problem) {
        if text.utf8.contains(UInt8(ascii: "/")) {
            self.form = .path(try GlobPattern(text))
        } else if text.isEmpty {
            throw GlobPattern.Problem(message: "an empty pattern excludes nothing")
        } else {
            self.form = .name(GlobComponent(Array(text.utf8)))
        }
    }

    func matches(_ path: FilePath) -> Bool {
        switch self.form {
        case .name(let component): component.matches(path.name)
        case .path(let pattern): pattern.matches(path)
        }
    }
}
