/// A module of the page, taken apart as far as joining it with others needs.
///
/// This is no parser of JavaScript. It knows the forms that the page's modules keep to: imports and exports begin a
/// line, what is exported is declared there and never assigned again, nothing is awaited at the top. Anything else
/// that begins a line with `import` or `export` is a problem, and the module is served as it lies.
struct PageModule {
    struct Import {
        var module: String
        var names: [Renaming]
    }

    /// `theirs as ours`
    struct Renaming {
        var theirs: String
        var ours: String
    }

    enum Export {
        case own(Renaming)
        case from(String, Renaming)
        case all(String)
    }

    enum Piece {
        case text(Range<Int>)
        /// `import("./other.js")`, with the path of that module.
        case later(String)
        /// `import.meta.url`
        case address
    }

    let path: String
    /// Without comments.
    let bytes: [UInt8]
    private(set) var imports: [Import] = []
    private(set) var exports: [Export] = []
    private(set) var body: [Piece] = []

    init(path: String, bytes: [UInt8]) throws(JoinProblem) {
        let bytes = Self.withoutComments(bytes)
        self.path = path
        self.bytes = bytes
        var textStart = 0
        var lineStart = 0
        while lineStart < bytes.count {
            if self.has("import ", at: lineStart) || self.has("export ", at: lineStart) {
                self.takeText(textStart..<lineStart)
                textStart = try self.takeStatement(at: lineStart)
                lineStart = textStart
            }
            lineStart = (bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count) + 1
        }
        self.takeText(textStart..<bytes.count)
    }

    /// Modules that are here before this one runs.
    var dependencies: [String] {
        self.imports.map(\.module)
            + self.exports.compactMap { export in
                switch export {
                case .own: nil
                case .from(let module, _), .all(let module): module
                }
            }
    }

    /// Modules that it may ask for while it runs.
    var later: [String] {
        self.body.compactMap { if case .later(let module) = $0 { module } else { nil } }
    }

    // MARK: Statements

    /// Takes an import or export; returns where the rest of the module goes on.
    private mutating func takeStatement(at start: Int) throws(JoinProblem) -> Int {
        let afterWord = start + "export ".utf8.count
        let isExport = self.has("export ", at: start)
        let first = self.bytes[afterWord...].first
        if isExport, first != UInt8(ascii: "{"), first != UInt8(ascii: "*") {
            guard let name = self.declaredName(at: afterWord) else { throw self.problem(at: start) }
            self.exports.append(.own(Renaming(theirs: name, ours: name)))
            return afterWord
        }
        guard let end = self.bytes[afterWord...].firstIndex(of: UInt8(ascii: ";")) else {
            throw self.problem(at: start)
        }
        let words = String(decoding: self.bytes[afterWord..<end], as: UTF8.self)
        let quoted = words.split(separator: "\"", omittingEmptySubsequences: false)
        let clause = String(quoted[0])
        guard quoted.count == 3 else {
            guard isExport, quoted.count == 1, let names = Self.names(in: clause) else {
                throw self.problem(at: start)
            }
            self.exports += names.map { .own($0) }
            return end + 1
        }
        guard quoted[1].hasPrefix("."), let module = PagePath.resolve(quoted[1], in: self.path) else {
            throw self.problem(at: start)
        }
        try self.take(clause, from: module, isExport: isExport, at: start)
        return end + 1
    }

    private mutating func take(
        _ clause: String, from module: String, isExport: Bool, at start: Int
    ) throws(JoinProblem) {
        if isExport, clause.split(separator: " ") == ["*", "from"] {
            self.exports.append(.all(module))
        } else if !isExport, clause.isEmpty {
            self.imports.append(Import(module: module, names: []))
        } else if let names = Self.names(in: clause) {
            if isExport {
                self.exports += names.map { .from(module, $0) }
            } else {
                self.imports.append(Import(module: module, names: names))
            }
        } else {
            throw self.problem(at: start)
        }
    }

    /// `{ a, b as c } from`, over as many lines as it takes; nil where it is anything else.
    private static func names(in clause: String) -> [Renaming]? {
        guard clause.hasPrefix("{"), let close = clause.firstIndex(of: "}"),
            ["", "from"].contains(clause[clause.index(after: close)...].filter { !$0.isWhitespace })
        else { return nil }
        var names: [Renaming] = []
        for item in clause[clause.index(after: clause.startIndex)..<close].split(separator: ",") {
            let words = item.split(whereSeparator: \.isWhitespace)
            switch words.count {
            case 0: continue
            case 1: names.append(Renaming(theirs: String(words[0]), ours: String(words[0])))
            case 3 where words[1] == "as": names.append(Renaming(theirs: String(words[0]), ours: String(words[2])))
            default: return nil
            }
        }
        return names
    }

    /// Of `async function name(`, `class Name {`, `const name =`.
    private func declaredName(at start: Int) -> String? {
        let lineEnd = self.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? self.bytes.count
        var words = String(decoding: self.bytes[start..<lineEnd], as: UTF8.self)
            .split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
        if words.first == "async" { words.removeFirst() }
        // What is assigned again could not be seen by those that have the value.
        guard words.count >= 2, ["class", "function", "const"].contains(words[0]),
            !self.bytes[start..<lineEnd].starts(with: "const {".utf8),
            !self.bytes[start..<lineEnd].starts(with: "const [".utf8)
        else { return nil }
        return String(words[1])
    }

    private func problem(at start: Int) -> JoinProblem {
        let line = self.bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
        return .unknownForm(path: self.path, line: String(decoding: line, as: UTF8.self))
    }

    // MARK: Text

    /// Takes what stands between statements, and in it what depends on where the module stands.
    private mutating func takeText(_ range: Range<Int>) {
        var start = range.lowerBound
        var at = start
        while let found = self.bytes[at..<range.upperBound].firstIndex(of: UInt8(ascii: "i")) {
            at = found + 1
            guard self.has("import", at: found), found == 0 || !Self.isPartOfName(self.bytes[found - 1]),
                let (piece, end) = self.reference(at: found), end <= range.upperBound
            else { continue }
            self.body.append(.text(start..<found))
            self.body.append(piece)
            start = end
            at = end
        }
        if start < range.upperBound { self.body.append(.text(start..<range.upperBound)) }
    }

    /// `import.meta.url` or `import("./other.js")`, and where it ends.
    private func reference(at start: Int) -> (Piece, Int)? {
        let address = "import.meta.url"
        if self.has(address, at: start) { return (.address, start + address.utf8.count) }
        let opening = "import(\""
        let first = start + opening.utf8.count
        guard self.has(opening, at: start), let quote = self.bytes[first...].firstIndex(of: UInt8(ascii: "\"")),
            self.has("\")", at: quote)
        else { return nil }
        let name = String(decoding: self.bytes[first..<quote], as: UTF8.self)
        guard name.hasPrefix("."), let module = PagePath.resolve(name, in: self.path) else { return nil }
        return (.later(module), quote + 2)
    }

    private func has(_ text: String, at start: Int) -> Bool {
        self.bytes[start...].starts(with: text.utf8)
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
