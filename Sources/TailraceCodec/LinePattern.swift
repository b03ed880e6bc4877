import TailraceRegex

/// The regular expression of `format = "regex"`: each named group is a field, or the event's message, time or level.
struct LinePattern: Sendable {
    struct Problem: Error {
        var message: String
        var hint: String
    }

    struct Group: Sendable {
        var number: Int
        var name: [UInt8]
        var role: MemberRole?
    }

    private let pattern: LinearPattern
    let groups: [Group]

    /// - Parameter names: what the groups' names mean.
    init(_ text: String, names: MemberNames) throws(Problem) {
        // It would cut characters into bytes that are no text.
        if text.contains("\\C") {
            throw Problem(message: "\\C matches half characters", hint: "use . for a character")
        }
        do throws(LinearPattern.CompileError) {
            self.pattern = try LinearPattern(text)
        } catch {
            throw Problem(message: error.description, hint: "it is RE2 syntax: groups are written (?<name>…)")
        }
        self.groups = self.pattern.groupNames.map { number, name in
            let bytes = Array(name.utf8)
            return Group(number: number, name: bytes, role: names.role(bytes.span, 0..<bytes.count))
        }
        guard !self.groups.isEmpty else {
            throw Problem(message: "it has no named group", hint: "name what it finds: (?<time>\\S+) (?<message>.*)")
        }
    }

    /// Where the groups match; nil if the line does not.
    func places(in line: Span<UInt8>) -> [Range<Int>?]? { self.pattern.search(line.bytes) }
}
