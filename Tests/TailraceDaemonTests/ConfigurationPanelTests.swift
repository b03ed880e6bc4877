import TailraceDaemon
import TailraceFilter
import TailraceHub
import Testing

struct ConfigurationPanelTests {
    private static let routes = "[[route]]\nname = \"web\"\n"

    @Test func `a panel is read with its defaults`() throws {
        let text = """
            [[panel]]
            title = "5xx per host!"
            kind = "timeseries"
            [[panel]]
            title = "Slow"
            name = "slow.paths"
            kind = "top"
            stream = "web"
            filter = "status:500..599"
            value = "p95(duration_ms)"
            by = ["path", "unit"]
            window = "1h"
            every = "5s"
            limit = 25
            """
        let panels = try SampleConfiguration.parse(Self.routes + text).panels.map(\.definition)
        #expect(panels.map(\.id) == ["5xx-per-host", "slow.paths"])
        #expect(panels[0].stream == "all" && panels[0].filter.isEverything && panels[0].value == .count)
        #expect(panels[0].window == .seconds(900) && panels[0].every == .seconds(1) && panels[0].limit == 12)
        #expect(panels[1].stream == "web" && panels[1].filter.canonical == "status:500..599")
        #expect(panels[1].value.text == "p95(duration_ms)" && panels[1].by.map(\.name) == ["path", "unit"])
        #expect(panels[1].window == .seconds(3600) && panels[1].every == .seconds(5) && panels[1].limit == 25)
    }

    @Test(arguments: [
        ("kind = 'stat'", "1:1", "needs the key title"),
        ("title = 'A'", "1:1", "needs the key kind"),
        ("title = 'A'\nkind = 'statt'", "3:8", "did you mean \"stat\"?"),
        ("title = '…'\nkind = 'stat'", "2:9", "no name can be made from the title"),
        ("title = 'A'\nname = 'a b'\nkind = 'stat'", "3:8", "is not a name for a [[panel]]"),
        ("title = 'A'\nkind = 'stat'\nstream = 'wbe'", "4:10", "did you mean \"web\"? (streams: all, web)"),
        ("title = 'A'\nkind = 'stat'\nfilter = 'a level>=wran'", "4:20", "level"),
        ("title = 'A'\nkind = 'stat'\nfilter = 'since:5m'", "4:10", "use window"),
        ("title = 'A'\nkind = 'stat'\nvalue = 'p97(x)'", "4:10", "did you mean \"p95\"?"),
        ("title = 'A'\nkind = 'stat'\nvalue = 'p95'", "4:13", "p95 needs a field"),
        ("title = 'A'\nkind = 'stat'\nvalue = 'count(x)'", "4:15", "count takes no field"),
        ("title = 'A'\nkind = 'stat'\nvalue = 'sum(a b)'", "4:14", "is not the name of a field"),
        ("title = 'A'\nkind = 'stat'\nby = ['host', 'time']", "4:15", "is of the log"),
        ("title = 'A'\nkind = 'stat'\nby = ['a', 'b', 'c', 'd', 'e']", "4:6", "has 5 fields"),
        ("title = 'A'\nkind = 'stat'\nwindow = '25h'", "4:10", "must be from 10s to 1d"),
        ("title = 'A'\nkind = 'stat'\nevery = '100ms'", "4:9", "must be from 1s to 1h"),
        ("title = 'A'\nkind = 'stat'\nevery = '1500ms'", "4:9", "must be whole seconds"),
        ("title = 'A'\nkind = 'timeseries'\nlimit = 13", "4:9", "must be from 1 to 12 for a timeseries"),
        ("title = 'A'\nkind = 'timeseries'\nvalue = 'last'", "4:9", "no series of values"),
        ("title = 'A'\nkind = 'top'", "1:1", "needs the key by"),
        ("title = 'A'\nkind = 'log'\nby = 'host'", "4:6", "has no meaning for a log"),
        ("title = 'A'\nkind = 'stat'\nwindw = '1m'", "4:1", "did you mean \"window\"?"),
    ])
    func `a wrong panel is reported with its place`(block: String, place: String, part: String) {
        let problems = SampleConfiguration.problems("[[panel]]\n\(block)\n\(Self.routes)")
        #expect(
            problems.contains { $0.hasPrefix("tailrace.toml:\(place): ") && $0.contains(part) }, "\(problems)")
        #expect(problems.count == 1, "\(problems)")
    }

    @Test func `two panels of one name are an error that names both places`() {
        let one = "[[panel]]\ntitle = 'A B'\nkind = 'stat'\n"
        let problems = SampleConfiguration.problems(one + "[[panel]]\ntitle = 'a-b'\nkind = 'log'\n")
        #expect(problems.count == 1 && problems[0].hasPrefix("tailrace.toml:5:9: "), "\(problems)")
        #expect(problems.first?.contains("already defined at tailrace.toml:2:9") == true)
    }

    @Test func `more panels than possible are an error`() {
        let text = (0...PanelLimits.maxPanels).map { "[[panel]]\ntitle = 'P\($0)'\nkind = 'stat'\n" }.joined()
        let problems = SampleConfiguration.problems(text)
        #expect(problems.count == 1 && problems[0].contains("more than the 32 that are possible"), "\(problems)")
    }

    @Test func `the printed configuration reads back as the same panels`() throws {
        let text = """
            [[panel]]
            title = "Slow \\"paths\\""
            name = "slow"
            kind = "top"
            filter = 'a "b"'
            value = "max(took)"
            by = "path"
            [[panel]]
            title = "Last"
            kind = "log"
            """
        let first = try SampleConfiguration.parse(text)
        let second = try SampleConfiguration.parse(first.effectiveTOML())
        #expect(first.panels.map(\.definition) == second.panels.map(\.definition))
        #expect(second.effectiveTOML() == first.effectiveTOML())
    }
}
