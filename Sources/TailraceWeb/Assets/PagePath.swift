/// Paths of the page's files, absolute from its root: `/js/page/page.js`.
enum PagePath {
    /// `../b.js` in `/js/a/x.js` is `/js/b.js`; nil where it leads out of the page or to another server.
    static func resolve(_ reference: some StringProtocol, in file: String) -> String? {
        guard !reference.hasPrefix("/"), !reference.contains(":") else { return nil }
        var parts = file.split(separator: "/").dropLast()
        for part in reference.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(Substring(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// How `file` spells `target`: `../b.js`, `./c.js`.
    static func relative(_ target: String, in file: String) -> String {
        let from = file.split(separator: "/").dropLast()
        let to = target.split(separator: "/")
        let shared = zip(from, to.dropLast()).prefix { $0 == $1 }.count
        let up = from.count - shared
        let steps = up == 0 ? ["."] : Array(repeating: "..", count: up)
        return (steps + to.dropFirst(shared).map(String.init)).joined(separator: "/")
    }
}
