/// The joined forms of the page's files, for a page that asks for `app.js?joined` or `css/page.css?joined`.
///
/// A browser takes some milliseconds for each answer, however small it is, and the page stands in some hundred files.
/// They stay what a browser can load as they lie, from any server: this only saves it the asking.
struct JoinedFiles {
    struct File {
        var path: String
        /// What follows `joined=`.
        var query: String
        var bytes: [UInt8]
    }

    private(set) var files: [File] = []
    private(set) var problems: [String] = []
    private let sources: [String: [UInt8]]

    init(_ sources: [AssetFolder.File]) {
        self.sources = Dictionary(sources.map { ($0.path, $0.bytes) }) { first, _ in first }
        for root in self.asked.sorted() {
            do throws(JoinProblem) {
                if root.hasSuffix(".css") {
                    self.files.append(File(path: root, query: "", bytes: try self.sheet(root, [])))
                } else {
                    let joined = JoinedModules(graph: try ModuleGraph(root: root, files: self.sources))
                    self.files += joined.graph.units.map {
                        File(path: $0.path, query: joined.query(of: $0), bytes: joined.text(of: $0))
                    }
                }
            } catch {
                self.problems.append("\(root)?joined: \(error)")
            }
        }
    }

    /// Files that the page's own files ask for so.
    private var asked: Set<String> {
        var found: Set<String> = []
        for (path, bytes) in self.sources where path.hasSuffix(".html") || path.hasSuffix(".js") {
            var rest = bytes[...]
            while let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
                rest = rest[(mark + 1)...]
                guard rest.starts(with: "joined\"".utf8),
                    let quote = bytes[..<mark].lastIndex(of: UInt8(ascii: "\"")),
                    let target = PagePath.resolve(String(decoding: bytes[(quote + 1)..<mark], as: UTF8.self), in: path),
                    self.sources[target] != nil
                else { continue }
                found.insert(target)
            }
        }
        return found
    }

    /// A style sheet with those in it that its first lines import.
    private func sheet(_ path: String, _ above: Set<String>) throws(JoinProblem) -> [UInt8] {
        var text: [UInt8] = []
        var rest = (self.sources[path] ?? [])[...]
        if above.contains(path) { throw .cycle(path) }
        while rest.starts(with: "@import \"".utf8), let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let quoted = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\"")
            rest = rest[(end + 1)...]
            guard quoted.count == 3, quoted[2] == ";", let other = PagePath.resolve(quoted[1], in: path),
                self.sources[other] != nil
            else { throw .missing(quoted.dropFirst().first.map(String.init) ?? "", wantedBy: path) }
            // Addresses in a sheet are seen from its folder.
            guard !quoted[1].contains("/") else { throw .otherFolder(other, wantedBy: path) }
            text += try self.sheet(other, above.union([path]))
        }
        return text + rest
    }
}
