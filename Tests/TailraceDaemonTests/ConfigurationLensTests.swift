import TailraceDaemon
import Testing

struct ConfigurationLensTests {
    private static let routes = "[[route]]\nname = \"web\"\n"

    @Test func `a lens is read with its defaults`() throws {
        let text = """
            [[lens]]
            name = "Everything"
            [[lens]]
            name = "Slow checkouts"
            about = "more than a second"
            stream = "web"
            filter = "path:/checkout duration_ms>1000"
            columns = ["duration_ms", "trace"]
            """
        let lenses = try SampleConfiguration.parse(Self.routes + text).lenses
        #expect(lenses.map(\.name) == ["Everything", "Slow checkouts"])
        #expect(lenses[0].stream == "all" && lenses[0].filter == nil && lenses[0].columns.isEmpty)
        #expect(lenses[1].stream == "web" && lenses[1].filter?.text == "path:/checkout duration_ms>1000")
        #expect(lenses[1].about == "more than a second" && lenses[1].columns == ["duration_ms", "trace"])
    }

    @Test(arguments: [
        ("filter = 'a'", "1:1", "needs the key name"),
        ("name = ''", "2:8", "has 0 characters"),
        ("name = 'A'\nstream = 'wbe'", "3:10", "did you mean \"web\"? (streams: all, web)"),
        ("name = 'A'\nfilter = 'a level>=wran'", "3:20", "level"),
        ("name = 'A'\nfilters = 'a'", "3:1", "did you mean \"filter\"?"),
        (
            "name = 'A'\ncolumns = ['a','b','c','d','e','f','g','h','i','j','k','l','m']", "3:11",
            "has 13 fields"
        ),
    ])
    func `a wrong lens is reported with its place`(block: String, place: String, part: String) {
        let problems = SampleConfiguration.problems("[[lens]]\n\(block)\n\(Self.routes)")
        #expect(
            problems.contains { $0.hasPrefix("tailrace.toml:\(place): ") && $0.contains(part) }, "\(problems)")
        #expect(problems.count == 1, "\(problems)")
    }

    @Test func `two lenses of one name are an error that names both places`() {
        let problems = SampleConfiguration.problems("[[lens]]\nname = 'A'\n[[lens]]\nname = 'A'\n")
        #expect(problems.count == 1 && problems[0].hasPrefix("tailrace.toml:4:8: "), "\(problems)")
        #expect(problems.first?.contains("already defined at tailrace.toml:2:8") == true)
    }

    @Test func `more lenses than possible are an error`() {
        let text = (0...LensLimits.maxLenses).map { "[[lens]]\nname = 'L\($0)'\n" }.joined()
        let problems = SampleConfiguration.problems(text)
        #expect(problems.count == 1 && problems[0].contains("more than the 64 that are possible"), "\(problems)")
    }

    @Test func `the printed configuration reads back as the same lenses`() throws {
        let text = "[[lens]]\nname = 'A \"b\"'\nabout = 'x'\nfilter = 'a'\ncolumns = ['c']\n[[lens]]\nname = 'B'\n"
        let first = try SampleConfiguration.parse(text)
        let second = try SampleConfiguration.parse(first.effectiveTOML())
        #expect(first.lenses.map(\.effectiveParts) == second.lenses.map(\.effectiveParts))
        #expect(second.effectiveTOML() == first.effectiveTOML())
    }
}

extension LensBlock {
    /// All but the places.
    fileprivate var effectiveParts: [String?] {
        [self.name, self.about, self.stream, self.filter?.text] + self.columns.map(\.self)
    }
}
