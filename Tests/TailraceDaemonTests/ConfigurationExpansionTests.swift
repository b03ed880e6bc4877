import TailraceDaemon
import Testing

struct ConfigurationExpansionTests {
    private static func expanded(_ text: String) throws(VariableExpansion.Problem) -> String {
        var expansion = VariableExpansion(environment: Self.environment)
        return try expansion.expanded(text)
    }

    private static let environment = ["NAME": "web", "EMPTY": "", "_X1": "y", "COUNT": "7"]

    @Test(arguments: [
        ("plain $ and $5 and ^a$", "plain $ and $5 and ^a$"), ("a-${NAME}-b", "a-web-b"), ("${NAME}${_X1}", "weby"),
        ("${NONE:-x y}", "x y"), ("${EMPTY:-x}", "x"), ("[${EMPTY}]", "[]"), ("${NAME:-x}", "web"), ("${NONE:-}", ""),
        ("$${NAME}", "${NAME}"), ("$$${NAME}", "$${NAME}"), ("", ""), ("$", "$"),
    ])
    func `variables are put in`(text: String, expected: String) throws {
        #expect(try Self.expanded(text) == expected)
    }

    @Test(arguments: [
        ("${NONE}", "the environment variable NONE is not set"), ("${NAME", "has no closing brace"),
        ("${}", "is not a variable"), ("${1A}", "is not a variable"), ("${A B}", "is not a variable"),
        ("${file:x}", "is not an absolute path"), ("${file:/no/such}", "cannot read /no/such: no such file"),
        ("${file:/dev/zero}", "it is larger than 64KiB"), ("${file:/}", "is a directory"),
    ])
    func `what cannot be expanded is an error`(text: String, message: String) {
        let error = #expect(throws: VariableExpansion.Problem.self) {
            try Self.expanded(text)
        }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func `files lose their last line end`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("secret\r\n", to: "token")
        #expect(try Self.expanded("<${file:\(path)}>") == "<secret>")
    }

    @Test func `an undefined variable is reported at its value`() {
        let lines = SampleConfiguration.problems("[log]\npath = '${STATE}/x'")
        #expect(
            lines == [
                """
                tailrace.toml:2:8: the environment variable STATE is not set; set it, or give a default: \
                ${STATE:-default}
                """
            ])
    }

    @Test func `numbers and switches may come from variables`() throws {
        let text = "[server]\nmax_connections = '${COUNT}'\ndebug_echo = '${NONE:-true}'"
        let server = try SampleConfiguration.parse(text, environment: Self.environment).server
        #expect(server.maxConnections == 7 && server.debugEcho)
    }

    @Test func `messages never show an expanded value`() {
        let lines = SampleConfiguration.problems("[log]\nmax_size = '${NAME}'", environment: ["NAME": "hidden"])
        #expect(lines.count == 1 && lines[0].contains("not \"${NAME}\"") && !lines[0].contains("hidden"))
    }
}
