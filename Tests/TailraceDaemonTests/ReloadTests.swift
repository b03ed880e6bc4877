import Synchronization
import TailraceOptions
import Testing

@testable import TailraceDaemon

/// What a reload decides before it changes anything.
struct ReloadTests {
    private static func inputs(_ text: String) throws -> [InputBlock] { try SampleConfiguration.parse(text).inputs }

    private static func file(_ name: String, _ more: String = "") -> String {
        "[[input]]\nname = \"\(name)\"\ntype = \"file\"\npaths = \"/x\"\n\(more)\n"
    }

    @Test func `inputs are compared by what they say, not by where it stands`() throws {
        let old = try Self.inputs(Self.file("a") + Self.file("b"))
        let new = try Self.inputs("# moved\n\n" + Self.file("b", "format = \"json\"") + Self.file("c") + Self.file("a"))
        let plan = InputPlan(from: old, to: new)
        #expect(plan.started == ["c"] && plan.restarted == ["b"] && plan.stopped.isEmpty)
        #expect(InputPlan(from: new, to: new).isEmpty)
        #expect(InputPlan(from: new, to: old).stopped == ["c"])
    }

    @Test func `nested options count, and their places do not`() throws {
        let start = "multiline = { start = \"a\" }"
        let old = try Self.inputs(Self.file("a", start))
        #expect(InputPlan(from: old, to: try Self.inputs("\n" + Self.file("a", start))).isEmpty)
        let other = try Self.inputs(Self.file("a", "multiline = { start = \"b\" }"))
        #expect(InputPlan(from: old, to: other).restarted == ["a"])
    }

    @Test func `an expanded value that changed is a change`() throws {
        let text = Self.file("a").replacing("/x", with: "${LOGS}")
        let old = try SampleConfiguration.parse(text, environment: ["LOGS": "/one"]).inputs
        let new = try SampleConfiguration.parse(text, environment: ["LOGS": "/two"]).inputs
        #expect(InputPlan(from: old, to: new).restarted == ["a"])
    }

    @Test func `tables that differ are named, in whatever order the file has them`() throws {
        let old = try SampleConfiguration.parse("[[route]]\nname = \"r\"\nwhere = \"x\"\n[log]\nmax_age = \"1d\"")
        let moved = try SampleConfiguration.parse(
            "[log]\nmax_age = \"24h\"\n\n[[route]]\nwhere = \"x\"\nname = \"r\"\n")
        #expect(moved.changedTables(from: old).isEmpty)
        let new = try SampleConfiguration.parse("[[route]]\nname = \"r\"\nwhere = \"y\"\n[history]\nmax_open = 3")
        #expect(new.changedTables(from: old) == ["log", "history", "route"])
    }

    @Test func `what needs a restart is told with the place of its key`() throws {
        let old = try SampleConfiguration.parse("[log]\npath = \"memory\"")
        let new = try SampleConfiguration.parse(
            "[server]\nlisten = \"127.0.0.1:1\"\n[log]\npath = \"/x\"\nsync = \"always\"")
        let problems = RestartKeys.problems(from: old, to: new)
        #expect(problems.map(\.key) == ["listen", "path", "sync"])
        #expect(problems.map(\.place.line) == [2, 4, 5])
        #expect(RestartKeys.problems(from: new, to: new).isEmpty)
    }

    @Test func `a value is masked whole, cut, and where it stands in another`() {
        var mask = SecretMask()
        mask.add("secret-of-mine", written: "${A}")
        mask.add("secret-of-mine-too", written: "${B}")
        mask.add("abc", written: "${SHORT}")
        // The beginning of a longer one is masked as that: no matter, as long as nothing of either is shown.
        #expect(mask.masked("x secret-of-mine y") == "x ${B} y")
        #expect(mask.masked("\"secret-of-mine-too\"") == "\"${B}\"")
        #expect(mask.masked("secret-of…") == "${B}…")
        #expect(mask.masked("abc and secret") == "abc and secret")
    }

    @Test func `one reload answers all who asked before it began, and none is left waiting at the end`() async {
        let reloader = Reloader()
        let count = Counter()
        for _ in 0..<5 { reloader.ask { _ in count.answered() } }
        reloader.start {
            count.ran()
            return ReloadOutcome()
        }
        while count.value.answers < 5 { await Task.yield() }
        #expect(count.value == Counter.Value(runs: 1, answers: 5))
        #expect(reloader.stop(milliseconds: 5000))
        #expect(!reloader.ask { _ in count.answered() })
    }

    @Test func `no more wait for a reload than the limit`() {
        let reloader = Reloader()
        for _ in 0..<Reloader.maxWaiting { #expect(reloader.ask { _ in }) }
        #expect(!reloader.ask { _ in })
        // Nobody waits for what a signal asks.
        #expect(reloader.stop(milliseconds: 0))
    }
}

/// Counts on any thread.
private final class Counter: Sendable {
    struct Value: Equatable { var runs = 0, answers = 0 }

    private let state = Mutex(Value())

    var value: Value { self.state.withLock { $0 } }
    func ran() { self.state.withLock { $0.runs += 1 } }
    func answered() { self.state.withLock { $0.answers += 1 } }
}
