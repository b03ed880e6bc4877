@testable import TailraceDaemon
import TailraceRouter
import Testing

struct RouteCompilerTests {
    private func problems(_ text: String) throws -> [String] {
        let configuration = try SampleConfiguration.parse(text)
        do {
            _ = try RouteCompiler.compile(configuration.routes)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test func `every wrong filter, pattern and group is told with its place and what to write`() throws {
        let text = """
            [[route]]
            name = "a"
            where = 'level>=wran'
            capture = ['(?<user>\\w+)', '(?<open']
            set = { x = '$user' }
            [[route]]
            name = "b"
            capture = '(?<user>\\w+)'
            set = { y = '$user', x = '$usr' }
            [[route]]
            name = "c"
            set = { price = 'US$' }
            [[route]]
            name = "d"
            capture = '(\\w+)'
            [[route]]
            name = "e"
            capture = '(?<a>x)'
            [[route]]
            name = "f"
            drop = true
            where = '-stream:a'
            """
        let expected = [
            "3:17: where of route \"a\": unknown level \"wran\"", "4:28: capture of route \"a\": ",
            "9:26: x in set of route \"b\" names $usr, which no group of capture is called; did you mean \"user\"?",
            "12:17: price in set of route \"c\" has a $ with no name of a group behind it; \"$$\" is a plain dollar",
            "15:11: capture of route \"d\" has no named group; write (?<name>…)",
            "18:11: capture of route \"e\" has no effect",
            "22:9: where of route \"f\" asks about streams, and drop rules come before them",
        ]
        let found = try self.problems(text)
        #expect(found.count == expected.count)
        for (line, start) in zip(found, expected) { #expect(line.hasPrefix("tailrace.toml:\(start)"), "\(line)") }
    }

    @Test func `routes become what the router runs`() throws {
        let configuration = try SampleConfiguration.parse(
            """
            [[input]]
            name = "web"
            type = "journald"
            [[route]]
            name = "a"
            from = "web"
            rate_limit = "10/m"
            sample = "1:3"
            [[route]]
            name = "b"
            where = "x"
            drop = true
            """)
        let routes = try RouteCompiler.compile(configuration.routes)
        #expect(routes.map(\.name) == ["a", "b"] && routes[0].from == ["web"])
        guard case .stream(let thinning) = routes[0].purpose, case .drop = routes[1].purpose else {
            Issue.record("\(routes)")
            return
        }
        #expect(thinning.sampleOneOf == 3 && thinning.rateLimit?.count == 10)
        #expect(thinning.rateLimit?.periodNanoseconds == 60_000_000_000)
    }
}
