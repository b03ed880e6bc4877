import TailraceDaemon
import TailraceOptions
import TailraceRouter
import Testing

struct ConfigurationRedactTests {
    private static let input = "[[input]]\nname = 'web'\ntype = 'file'\npaths = '/x'\n"

    @Test func `a rule has a name, a text and what it was given`() throws {
        let blocks = try SampleConfiguration.parse(
            Self.input + """
                [[redact]]
                match = "builtin:email"
                [[redact]]
                match = "builtin:email"
                from = "web"
                replace = "hash"
                [[redact]]
                name = "customer"
                pattern = 'c(?<secret>[0-9]+)'
                fields = ["message", "a.b"]
                [[redact]]
                pattern = 'x+'
                """
        ).redactions
        #expect(blocks.map(\.name) == ["email", "email-2", "customer", "pattern-4"])
        #expect(
            blocks.map(\.replacement) == [
                .text("[email]"), .hash(key: nil), .text("[customer]"), .text("[redacted]"),
            ])
        #expect(blocks[1].from == ["web"] && blocks[0].from == nil)
        #expect(blocks[2].fields == ["message", "a.b"] && blocks[2].secret == .pattern("c(?<secret>[0-9]+)"))
        #expect(blocks.map(\.needsFolderKey) == [false, true, false, false])
        for block in blocks { _ = try block.rule(folderKey: [1]) }
    }

    @Test func `wrong rules are refused with their place and what to write`() {
        let text =
            Self.input + """
                [[redact]]
                match = "builtin:emial"
                [[redact]]
                match = "email"
                [[redact]]
                pattern = '(a'
                [[redact]]
                pattern = '^$'
                [[redact]]
                fields = []
                from = ["wbe"]
                [[redact]]
                match = "builtin:jwt"
                pattern = 'x'
                [[redact]]
                match = "builtin:jwt"
                key = "0123456789abcdef"
                [[redact]]
                match = "builtin:jwt"
                replace = "hash"
                key = "0123456789abcdef"
                [[redact]]
                match = "builtin:jwt"
                replace = "hash"
                key = "${SHORT}"
                """
        let all = BuiltinSecret.allCases.map { "builtin:\($0.rawValue)" }.joined(separator: ", ")
        let problems = SampleConfiguration.problems(text, environment: ["SHORT": "hunter2"])
        #expect(
            problems == [
                """
                tailrace.toml:6:9: "builtin:emial" is not a value of match in [[redact]]; did you mean \
                "builtin:email"? (valid values: \(all))
                """,
                """
                tailrace.toml:8:9: "email" is not a value of match in [[redact]]; did you mean "builtin:email"? (valid \
                values: \(all)); a regular expression goes into pattern
                """,
                """
                tailrace.toml:10:11: pattern in [[redact]] is wrong: missing ): (a; write it in the syntax of RE2, in \
                single quotes
                """,
                """
                tailrace.toml:12:11: pattern in [[redact]] is wrong: it can match nothing but empty text; say what is \
                to be replaced
                """,
                """
                tailrace.toml:13:1: [[redact]] says nothing to replace; write match = "builtin:email" or the like, or \
                pattern = '…'; builtins: \(all)
                """,
                """
                tailrace.toml:14:10: fields in [[redact]] names none, so the rule can match nothing; leave it out for \
                the message and all fields
                """,
                """
                tailrace.toml:15:9: [[redact]] reads from "wbe", which is no input; did you mean "web"? (inputs: web)
                """,
                "tailrace.toml:18:11: [[redact]] has both match and pattern; make two [[redact]] blocks of them",
                "tailrace.toml:21:7: key in [[redact]] is not used; write replace = \"hash\", or remove it",
                """
                tailrace.toml:25:7: key in [[redact]] stands in the file itself, where others may read it; write \
                key = "${file:/etc/tailrace/redaction.key}" or "${NAME}"
                """,
                """
                tailrace.toml:29:7: key in [[redact]] has fewer than 16 bytes, so it can be guessed; make one with: \
                openssl rand -hex 32
                """,
            ])
        #expect(!problems.contains { $0.contains("hunter2") })
    }

    @Test func `the effective configuration shows the rules and no key`() throws {
        let text =
            Self.input + """
                [[redact]]
                match = "builtin:email"
                replace = "hash"
                key = "${KEY}"
                [[redact]]
                pattern = 'a\\d+'
                """
        let configuration = try SampleConfiguration.parse(text, environment: ["KEY": "correct horse battery"])
        let shown = configuration.effectiveTOML()
        #expect(shown.contains("key = \"${KEY}\"") && !shown.contains("correct horse"))
        let again = try SampleConfiguration.parse(shown, environment: ["KEY": "correct horse battery"])
        #expect(again.redactions.map(\.name) == ["email", "pattern-2"])
        #expect(again.redactions.map(\.replacement) == configuration.redactions.map(\.replacement))
        #expect(again.redactions.map(\.secret) == configuration.redactions.map(\.secret))
    }
}
