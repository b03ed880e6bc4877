import Foundation
import TailraceDaemon
import TailraceOptions
import Testing

struct ConfigurationLoadTests {
    @Test func `an empty file is all defaults`() throws {
        let configuration = try SampleConfiguration.parse("")
        #expect(configuration.server == ServerSettings())
        #expect(configuration.log == LogSettings())
        #expect(configuration.inputs.isEmpty && configuration.routes.isEmpty)
        #expect(configuration.warnings == ["there is no [[input]]: nothing will be read"])
    }

    @Test func `every key arrives`() throws {
        let configuration = try SampleConfiguration.parse(
            """
            [server]
            listen = ["127.0.0.1:0", "[::1]:80", "unix:/run/x.sock"]
            public = "page"
            allowed_origins = "https://a.example"
            allowed_hosts = ["a.example"]
            max_connections = 5
            debug_echo = true
            [log]
            path = "memory"
            max_size = "2MB"
            max_age = "2h"
            sync = "never"
            memory = 2097152
            [auth]
            mode = "none"
            [[input]]
            name = "web"
            type = "file"
            paths = "/var/log/*.log"
            multiline.start = '^\\d'
            [[route]]
            name = "errors"
            from = "web"
            where = "level>=error"
            capture = 'user=(?<user>\\w+)'
            set = { team = "web", "a.b" = "$user", tier = 1, share = 0.5, hot = true }
            sample = "1:10"
            rate_limit = "10/m"
            batch = { max_events = 5, max_bytes = "1KiB", max_delay = "1ms" }
            [history]
            max_time = "3s"
            max_searched = 7
            max_results = 8
            max_open = 9
            max_open_each = 4
            """)
        #expect(
            configuration.history
                == HistorySettings(maxTime: .seconds(3), maxSearched: 7, maxResults: 8, maxOpen: 9, maxOpenEach: 4))
        #expect(
            configuration.server
                == ServerSettings(
                    listen: [.tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 80), .unix(path: "/run/x.sock")],
                    publicFolder: "page", allowedOrigins: ["https://a.example"], allowedHosts: ["a.example"],
                    debugEcho: true, insecure: false, maxConnections: 5))
        #expect(
            configuration.log
                == LogSettings(
                    storage: .memory, maxSize: 2_000_000, maxAge: .seconds(7200), sync: .never, memory: 2 << 20))
        let input = try #require(configuration.inputs.first)
        #expect(input.name == "web" && input.kind == "file" && input.place.line == 16)
        #expect(input.table.strings("paths") == ["/var/log/*.log"])
        #expect(input.table.table("multiline")?.string("start") == "^\\d")
        #expect(input.table.values["name"] == nil)
        let route = try #require(configuration.routes.first)
        #expect(route.from == ["web"] && route.capture == ["user=(?<user>\\w+)"])
        let set: [String: OptionScalar] = [
            "team": .string("web"), "a.b": .string("$user"), "tier": .integer(1), "share": .number(0.5),
            "hot": .boolean(true),
        ]
        #expect(route.set == set && !route.drops && route.roles.isEmpty)
        #expect(route.sampleOneOf == 10 && route.rateLimit == EventRate(count: 10, unit: .minute))
        #expect(route.batch == BatchSettings(maxEvents: 5, maxBytes: 1024, maxDelay: .milliseconds(1)))
        #expect(route.filter?.text == "level>=error")
    }

    @Test func `a filter's column is mapped to the file where it can be`() throws {
        let text = "[[route]]\nname='a'\nwhere = 'level>=x'\n[[route]]\nname='b'\nwhere = \"\\\"a\\\"\""
        let routes = try SampleConfiguration.parse(text).routes
        let first = try #require(routes[0].filter)
        #expect(first.place(ofColumn: 1).column == 10 && first.place(ofColumn: 8).column == 17)
        let second = try #require(routes[1].filter)
        #expect(second.place(ofColumn: 3) == second.place)
    }

    @Test func `relative folders are seen from the file`() throws {
        let folder = try ScratchFolder()
        let file = try folder.write("[server]\npublic='public'\n[log]\npath='state'", to: "tailrace.toml")
        let configuration = try Configuration.load(path: file, inputKinds: SampleConfiguration.kinds, environment: [:])
        #expect(configuration.server.publicFolder == folder.path + "/public")
        #expect(configuration.log.storage == .folder(folder.path + "/state"))
    }

    @Test func `files of conf.d are merged in the order of their names`() throws {
        let folder = try ScratchFolder()
        let main = try folder.write(
            "[log]\nmax_age='1d'\nsync='never'\n[[input]]\nname='a'\ntype='journald'", to: "tailrace.toml")
        _ = try folder.write("[log]\nmax_age='3d'\n[[input]]\nname='c'\ntype='journald'", to: "conf.d/20.toml")
        _ = try folder.write("[log]\nmax_age='2d'\n[[input]]\nname='b'\ntype='journald'", to: "conf.d/10.toml")
        _ = try folder.write("this is not read", to: "conf.d/x.toml.bak")
        _ = try folder.write("this is not read", to: "conf.d/.hidden.toml")
        let configuration = try Configuration.load(path: main, inputKinds: SampleConfiguration.kinds, environment: [:])
        #expect(configuration.inputs.map(\.name) == ["a", "b", "c"])
        #expect(configuration.log.maxAge == .seconds(3 * 86_400) && configuration.log.sync == .never)
        #expect(configuration.inputs[1].place.file.hasSuffix("/conf.d/10.toml"))
    }

    @Test func `problems of all files are named in order`() throws {
        let folder = try ScratchFolder()
        let main = try folder.write("[log]\nx=1\n[[input]]\nname='a'\ntype='journald'", to: "tailrace.toml")
        _ = try folder.write("[[input]]\nname='a'\ntype='journald'\ny=1", to: "conf.d/1.toml")
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(path: main, inputKinds: SampleConfiguration.kinds, environment: [:])
        }
        let places = error?.problems.map { "\($0.place.file.dropFirst(folder.path.count + 1)):\($0.place.line)" }
        #expect(places == ["tailrace.toml:2", "conf.d/1.toml:2", "conf.d/1.toml:4"])
        #expect(error?.problems[1].message.contains("\(main):4:6") == true)
    }

    @Test func `a missing, large or binary file is refused clearly`() throws {
        let folder = try ScratchFolder()
        func message(_ path: String) -> String? {
            #expect(throws: ConfigurationError.self) {
                try Configuration.load(path: path, inputKinds: [], environment: [:])
            }?.description
        }
        let missing = folder.path + "/none.toml"
        #expect(message(missing) == "\(missing):1:1: cannot read the file: no such file or directory; check the path")
        let large = try folder.write(String(repeating: "# comment\n", count: 110_000), to: "large.toml")
        #expect(message(large)?.contains("it is larger than 1MiB") == true)
        let binary = try folder.write("a = 1\0", to: "binary.toml")
        #expect(message(binary)?.contains("not UTF-8 text") == true)
        #expect(message(folder.path)?.contains("is a directory") == true)
    }

    @Test(arguments: [("a = ", "[", "1"), ("", "a.", "b = 1"), ("[", "a.", "b]"), ("a = ", "{ a = ", "1")])
    func `deep nesting is refused before the parser sees it`(start: String, repeated: String, end: String) {
        let text = start + String(repeating: repeated, count: 150_000) + end
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("nested deeper than 32 levels") == true)
    }

    @Test func `the effective configuration reads back as the same`() throws {
        let text = """
            [server]
            listen = ["unix:/x"]
            [log]
            path = "/state"
            max_age = "90m"
            sync = "always"
            [[input]]
            name = "web"
            type = "file"
            paths = ["/a*.log", "quote\\"d", "$${plain}"]
            max_line = "1KiB"
            multiline = { start = 'x' }
            [[input]]
            name = "apps"
            type = "unix"
            path = "${SECRET}"
            [[route]]
            name = "errors"
            where = 'a "b"'
            capture = ["a=(?<a>.)"]
            set = { "odd name" = "$$${a}$a", n = 5, x = 1e3, on = false }
            sample = "1:7"
            rate_limit = "5/h"
            [[route]]
            name = "noise"
            from = "apps"
            drop = true
            """.replacingOccurrences(of: "odd name", with: "odd.name")
        let environment = ["SECRET": "/hidden"]
        let first = try SampleConfiguration.parse(text, environment: environment)
        let printed = first.effectiveTOML()
        #expect(!printed.contains("hidden") && printed.contains("path = \"${SECRET}\""))
        let second = try SampleConfiguration.parse(printed, environment: environment)
        #expect(first.server == second.server && first.log == second.log)
        #expect(first.inputs.map { $0.table.strings("paths") } == second.inputs.map { $0.table.strings("paths") })
        #expect(first.routes.map(\.set) == second.routes.map(\.set))
        #expect(first.routes[0].sampleOneOf == 7 && first.routes[1].drops)
        for (left, right) in zip(first.routes, second.routes) {
            #expect(left.drops == right.drops && left.from == right.from && left.capture == right.capture)
            #expect(left.sampleOneOf == right.sampleOneOf && left.rateLimit == right.rateLimit)
        }
        #expect(first.routes.map(\.filter?.text) == second.routes.map(\.filter?.text))
        #expect(second.effectiveTOML() == printed)
    }
}
