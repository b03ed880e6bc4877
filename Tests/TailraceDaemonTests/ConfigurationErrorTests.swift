import TailraceDaemon
import Testing

struct ConfigurationErrorTests {
    @Test func `all problems are reported with place, key and suggestion`() {
        let text = """
            [server]
            lisen = ["127.0.0.1:1"]
            debug_echo = "yes"
            [log]
            max_size = "2 gallons"
            sync = "allways"
            [logs]
            [[input]]
            name = "nginx"
            type = "fiel"
            [[input]]
            name = "web"
            type = "file"
            format = "jsn"
            path = "/x"
            [[route]]
            name = "errors"
            from = ["nginx", "wbe"]
            batch = { max_event = 5 }
            """
        #expect(
            SampleConfiguration.problems(text) == [
                """
                tailrace.toml:2:1: unknown key "lisen" in [server]; did you mean "listen"? (known keys: listen, \
                public, allowed_origins, allowed_hosts, max_connections, max_streams_per_address, limits, \
                insecure, tls, debug_echo, \
                default_panels)
                """,
                "tailrace.toml:3:14: debug_echo in [server] must be true or false, not \"yes\"; the default is false",
                """
                tailrace.toml:5:12: max_size in [log] must be a size such as "64KiB", "2GiB" or a whole number of \
                bytes, not "2 gallons"; the default is "2GiB"
                """,
                """
                tailrace.toml:6:8: sync in [log] must be a time from 1ms to 1m, "always" or "never", not "allways"; \
                did you mean "always"?
                """,
                """
                tailrace.toml:7:1: unknown table [logs]; did you mean "log"? (known tables: server, log, history, \
                consumers, input, redact, route, panel, lens, auth, role, token, user, fleet)
                """,
                """
                tailrace.toml:10:8: unknown input type "fiel"; did you mean "file"? (types: file, journald, unix)
                """,
                "tailrace.toml:11:1: [[input]] \"web\" needs the key paths; Globs.",
                """
                tailrace.toml:14:10: "jsn" is not a value of format in [[input]] "web"; did you mean "json"? \
                (valid values: plain, json, auto)
                """,
                """
                tailrace.toml:15:1: unknown key "path" in [[input]] "web"; it is an option of type "unix", and this \
                input has type "file"
                """,
                """
                tailrace.toml:18:9: [[route]] "errors" reads from "nginx", which is no input; inputs: web
                """,
                """
                tailrace.toml:18:18: [[route]] "errors" reads from "wbe", which is no input; did you mean "web"? \
                (inputs: web)
                """,
                """
                tailrace.toml:19:11: unknown key "max_event" in batch of [[route]] "errors"; did you mean \
                "max_events"? (known keys: max_events, max_bytes, max_delay)
                """,
            ])
    }

    @Test(arguments: [
        ("[[route]]\nname='a'\nroles=['x']", "3:7", "roles in [[route]] \"a\" need [auth]: with mode = \"none\""),
    ])
    func `what is planned is refused as not available`(text: String, place: String, message: String) {
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("tailrace.toml:\(place): \(message)") == true, "\(lines)")
    }

    @Test(arguments: [
        ("[fleet]\nmode = \"agent\"\nname = \"x\"", "[fleet] needs the key servers"),
        ("[fleet]\nmode = \"hub\"\nservers = [\"nats://localhost\"]", "[fleet] needs the key name"),
        ("[fleet]\nservers = [\"127.0.0.1\"]", "\"127.0.0.1\" in [fleet] is no NATS server"),
        ("[fleet]\nservers = [\"nats://me:secret@x\"]", "\"nats://me:secret@x\" in [fleet] is no NATS server"),
        ("[fleet]\nname = \"a.b\"", "name in [fleet] must be of a-z A-Z 0-9 _ -"),
        ("[fleet]\nstream = \"a b\"", "stream in [fleet] must be of a-z A-Z 0-9 _ -"),
        ("[fleet]\nhost = \"\"", "host in [fleet] must have 1 to 128 bytes"),
        ("[fleet]\npassword = \"x\"", "password in [fleet] is worth nothing without user"),
        ("[fleet]\ntls_key = \"x\"", "tls_key in [fleet] is worth nothing without tls_certificate"),
        ("[fleet]\nmax_bytes = \"1KiB\"", "max_bytes in [fleet] must be from 1MiB"),
    ])
    func `a fleet that can't be is refused`(text: String, message: String) {
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == 1 && lines.first?.contains(message) == true, "\(lines)")
    }

    @Test(arguments: [
        ("a = ", "1:5"), ("[log]\nmax_age = 7d", "2:11"), ("x = \"a", "1:5"), ("[log\n", "1:5"),
        ("[log]\n[log]", "2:1"),
        ("[@]", "1:2"), ("[\ra]", "1:2"), ("a = 1\rb", "1:6"), ("a = [}", "1:6"),
        ("a = 1979-05-27true", "1:5"), ("a = 1 b = 2", "1:5"), ("a", "1:2"),
        ("a = [1 2]", "1:6"), ("a = [1", "1:7"), ("a = { b = 1, }", "1:14"), ("a = 'x' y", "1:9"), ("[a] b", "1:5"),
        ("é = 1", "1:1"), ("a = \"\\q\"", "1:7"), ("a = 01", "1:7"), ("a = 0x", "1:5"), ("a = \u{2028}", "1:5"),
        ("a = 1\na = 2", "2:5"), ("a = 99999999999999999999", "1:25"),
    ])
    func `invalid TOML is reported with its place`(text: String, place: String) {
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("tailrace.toml:\(place): not valid TOML: ") == true, "\(lines)")
    }

    @Test(arguments: [
        ("[input]\nname='a'", "input must be written as [[input]]"), ("[[server]]", "[server] can stand only once"),
        ("input = 3", "input must be written as [[input]]"), ("log = 3", "[log] must be a table, not 3"),
        ("level = 'x'", "unknown key \"level\" outside a table"),
        ("[[input]]\nname='a'", "[[input]] needs the key type"),
        ("[[input]]\ntype='journald'", "[[input]] needs the key name"),
        ("[[route]]\nname='all'", "the stream \"all\" always exists"),
        ("[[route]]\nname='a b'", "\"a b\" is not a name for [[route]]"),
        ("[[route]]\nname='a'\nfrom=[]", "from in [[route]] \"a\" names no input"),
        ("[[route]]\nname='a'\nset={x=[1]}", "x in set of [[route]] \"a\" must be a string, a number, true or false"),
        ("[[route]]\nname='a'\nset={x=nan}", "x in set of [[route]] \"a\" must be a string, a number, true or false"),
        ("[[route]]\nname='a'\nset={gap='x'}", "gap in set of [[route]] \"a\" is a field that only the relay"),
        ("[[route]]\nname='a'\nsample='10'", "must be from \"1:2\" to \"1:1000000\", not \"10\"; \"1:10\" leaves"),
        ("[[route]]\nname='a'\nsample='1:1'", "must be from \"1:2\" to \"1:1000000\", not \"1:1\""),
        ("[[route]]\nname='a'\nsample=0.1", "sample in [[route]] \"a\" must be a string, not 0.1"),
        ("[[route]]\nname='a'\nrate_limit='0/s'", "must be 1 to 1000000 events per s, m or h, not \"0/s\""),
        ("[[route]]\nname='a'\nrate_limit='5/d'", "per s, m or h, not \"5/d\"; such as \"1000/s\" or \"10/m\""),
        ("[[route]]\nname='a'\ndrop=true", "drop in [[route]] \"a\" would drop every event; say which ones"),
        ("[[route]]\nname='a'\ndrop=true\nwhere='x'\nset={x=1}", "set in [[route]] \"a\" has no effect: with drop"),
        ("[[route]]\nname='a'\ndrop=true\nwhere='x'\nbatch={}", "batch in [[route]] \"a\" has no effect"),
        ("[[route]]\nname='a'\nsampel='1:10'", "did you mean \"sample\"?"),
        ("[[route]]\nname='a'\nbatch={max_events=0}", "must be a whole number from 1 to 10000, not 0"),
        ("[[route]]\nname='a'\nbatch={max_bytes='1GiB'}", "must be from 1KiB to 4MiB, not 1GiB"),
        ("[[route]]\nname='a'\nbatch={max_delay='1h'}", "must be from 0s to 10s, not 1h"),
        ("[log]\nmax_size = -1", "max_size in [log] must be a size"),
        ("[log]\nmax_age = 1979-05-27", "must be a time such as \"100ms\", \"1s\" or \"7d\", not a date"),
        ("[server]\nlisten = ['127.0.0.1']", "\"127.0.0.1\" has no port"),
        ("[server]\nallowed_origins = ['logs.example.com']", "is not an origin"),
    ])
    func `wrong values are refused`(text: String, message: String) {
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.contains(message) == true, "\(lines)")
    }

    @Test func `a name that is used twice names both places`() {
        let text = "[[input]]\nname='a'\ntype='journald'\n[[input]]\nname='a'\ntype='journald'"
        #expect(
            SampleConfiguration.problems(text) == [
                """
                tailrace.toml:5:6: [[input]] "a" is already defined at tailrace.toml:2:6; give one of the two another \
                name
                """
            ])
    }

    @Test func `too many routes are refused`() {
        let text = (0..<64).map { "[[route]]\nname = 'r\($0)'\n" }.joined()
        let message = "there are 64 [[route]], more than the 63 that are possible"
        #expect(SampleConfiguration.problems(text).first?.contains(message) == true)
        #expect(SampleConfiguration.problems((0..<63).map { "[[route]]\nname = 'r\($0)'\n" }.joined()).isEmpty)
    }

    @Test(arguments: ["0.0.0.0:8245", "[::]:8245", "logs.example.com:80", "192.168.1.5:1"])
    func `listening beyond this host needs insecure`(address: String) throws {
        let lines = SampleConfiguration.problems("[server]\nlisten = ['\(address)']")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("tailrace.toml:2:11: \(address) can be reached from other hosts") == true)
        let allowed = try SampleConfiguration.parse("[server]\nlisten = ['\(address)']\ninsecure = true")
        #expect(allowed.warnings.contains { $0.contains("without a login") })
    }

    @Test func `a file full of mistakes does not fill the terminal`() {
        let text = "[server]\n" + (0..<500).map { "k\($0) = 1\n" }.joined()
        let lines = SampleConfiguration.problems(text)
        #expect(lines.count == ProblemList.limit + 1)
        #expect(lines.last?.hasSuffix("and 400 more problems like these") == true)
    }
}
