import TailraceDaemon
import TailraceTesting
import Testing

/// The place of a key and of its value, as `line:column`.
private func places(_ text: String, _ path: TOMLLocations.Step...) -> [String]? {
    TOMLLocations(of: [UInt8](text.utf8))[path].map {
        ["\($0.key.line):\($0.key.column)", "\($0.value.line):\($0.value.column)"]
    }
}

struct ConfigurationLocationTests {
    @Test func `keys and values of plain tables are found`() {
        let text = "a = 1\n[log] # comment\n  max_size = \"2GiB\" # [not.a.table]\nb=2\n"
        #expect(places(text, .key("a")) == ["1:1", "1:5"])
        #expect(places(text, .key("log")) == ["2:1", "2:1"])
        #expect(places(text, .key("log"), .key("max_size")) == ["3:3", "3:14"])
        #expect(places(text, .key("log"), .key("b")) == ["4:1", "4:3"])
        #expect(places(text, .key("not")) == nil)
    }

    @Test func `arrays of tables are counted and their sub-tables belong to the last one`() {
        let block = "[[input]]\nname='a'\n[input.multiline]\nstart='x'\n"
        let text = block + block
        #expect(places(text, .key("input"), .index(0), .key("name")) == ["2:1", "2:6"])
        #expect(places(text, .key("input"), .index(0), .key("multiline"), .key("start")) == ["4:1", "4:7"])
        #expect(places(text, .key("input"), .index(1)) == ["5:1", "5:1"])
        #expect(places(text, .key("input"), .index(1), .key("multiline"), .key("start")) == ["8:1", "8:7"])
    }

    @Test func `arrays of tables nest`() {
        let text = "[[a]]\n[[a.b]]\nc=1\n[[a.b]]\nc=2\n[[a]]\n[[a.b]]\nc=3"
        #expect(places(text, .key("a"), .index(0), .key("b"), .index(1), .key("c")) == ["5:1", "5:3"])
        #expect(places(text, .key("a"), .index(1), .key("b"), .index(0), .key("c")) == ["8:1", "8:3"])
    }

    @Test func `dotted and quoted keys are found by their parts`() {
        let text = "a . \"b.c\" . 'd' = 1\n[\"x y\".z]\n\"\\u0041\" = 2"
        #expect(places(text, .key("a")) == ["1:1", "1:1"])
        #expect(places(text, .key("a"), .key("b.c"), .key("d")) == ["1:13", "1:19"])
        #expect(places(text, .key("x y"), .key("z"), .key("A")) == ["3:1", "3:12"])
    }

    @Test func `inline tables and arrays are searched`() {
        let text = """
            batch = { max_events = 5, set = { a.b = 'x' } }
            listen = [
              'a', # one
              'b',
            ]
            last = [[1, 2], [3]]
            """
        #expect(places(text, .key("batch"), .key("max_events")) == ["1:11", "1:24"])
        #expect(places(text, .key("batch"), .key("set"), .key("a"), .key("b")) == ["1:37", "1:41"])
        #expect(places(text, .key("listen"), .index(1)) == ["4:3", "4:3"])
        #expect(places(text, .key("last"), .index(1), .index(0)) == ["6:18", "6:18"])
    }

    @Test(arguments: [
        "a = '''\n[x]\nb = 1\n'''", "a = \"\"\"\n[x]\\\"\"\"\nb = 1\"\"\"\"\"", "a = \"# \\\" [x]\"", "a = '[x] \\'",
        "a = \"\"", "a = ''", "a = \"\"\"\"\"\"", "a = ''''''", "a = [\"]\", ']', '''\n]\n''' # ]\n]",
        "a = { b = '}', c = \"\\\"}\" }", "a = 1979-05-27T07:32:00Z # [x]", "a = +inf",
    ])
    func `what looks like a key inside a value is not one`(text: String) {
        let text = text + "\nlast = 1\n"
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        #expect(places(text, .key("last")) == ["\(line):1", "\(line):8"])
        #expect(places(text, .key("x")) == nil)
        #expect(places(text, .key("b")) == nil)
    }

    @Test func `columns count characters, and line ends may have carriage returns`() {
        let text = "\u{FEFF}\"äöü\" = 'x'\r\nb = 'y'\r\n"
        #expect(places(text, .key("äöü")) == ["1:1", "1:9"])
        #expect(places(text, .key("b")) == ["2:1", "2:5"])
    }

    @Test func `only plain strings in one line are verbatim`() {
        let text = "a = 'x\\d'\nb = \"x\"\nc = \"\\\\d\"\nd = '''x'''\ne = 1"
        let locations = TOMLLocations(of: [UInt8](text.utf8))
        let verbatim = ["a", "b", "c", "d", "e"].filter { locations[[.key($0)]]?.isVerbatim == true }
        #expect(verbatim == ["a", "b"])
    }

    @Test(arguments: [
        ("a = ", "["), ("a = ", "{a="), ("a = ", "[{a="), ("[", "a."), ("[[", "a."), ("", "a."), ("[x]\n", "a."),
        ("a = {", "a."),
    ])
    func `deep nesting is a hazard and ends the pass`(start: String, repeated: String) {
        for count in [40, 100_000] {
            let text = start + String(repeating: repeated, count: count) + "a"
            let locations = TOMLLocations(of: [UInt8](text.utf8))
            #expect(locations.hazards.map(\.hazard) == [.tooDeep])
            #expect(locations.entries.keys.allSatisfy { $0.count <= TOMLLocations.maxDepth })
        }
    }

    @Test func `an escaped NUL is a hazard`() {
        let locations = TOMLLocations(of: [UInt8]("a = 1\nb = \"x\\u0000\"\nc = '\\u0000'".utf8))
        #expect(locations.hazards.map(\.point) == [TOMLLocations.Point(line: 2, column: 7)])
    }

    /// The parser ends the process on texts that the pass should have kept from it.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `any text is survived`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                Self.pieces.randomElement(using: &random) ?? ""
            }
            var list = ProblemList()
            _ = ConfigurationFile.parse([UInt8](text.joined().utf8), file: "x", problems: &list)
        }
    }

    private static let pieces = [
        "[", "]", "{", "}", "=", ".", ",", "#", "\"", "'", "\\", "\n", "\r\n", " ", "a", "b", "1", "u0041", "-", "_",
        ":", "T", "0x", "inf", "true", "1979-05-27", "\"\"\"", "'''", "\t", "ä", "+", "e5", "07:32:00", "Z", "[[",
        "]]", "a = ", "\u{1}", "\u{7F}", "\u{2028}", "/", "*", "@", "\\U00110000", "\nb.a = ", "\n[a]\n", "a = [",
        "b = {", "1, ", "'x'",
    ]
}
