import TailraceEvent
import TailraceRouter
import Testing

@Suite struct RedactionRuleTests {
    @Test func `a rule looks only into its fields`() throws {
        let redactor = Redactor(
            Redaction([
                try Redacting.rule(.email, fields: ["message"]),
                try Redacting.rule(pattern: "[0-9]+", fields: ["user.id"]),
            ]))
        let fields = #"{"mail":"a@b.co","user":{"id":[12,{"x":"34"}],"no":5},"user.id":"n 6","id":7}"#
        #expect(
            Redacting.fields(fields, redactor, message: "a@b.co")
                == #"{"mail":"a@b.co","user":{"id":["[x]",{"x":"[x]"}],"no":5},"user.id":"n [x]","id":7}"#)
        #expect(Redacting.message("a@b.co 12", redactor) == "[email] 12")
    }

    @Test func `a rule looks only at its inputs, and other events pass untouched`() throws {
        let redaction = Redaction([try Redacting.rule(.email, from: ["nginx"]), try Redacting.rule(.ipv4)])
        let redactor = Redactor(redaction)
        var batch = RouterTests.batch([
            ("system", .info, "a@b.co", ""), ("nginx", .error, "a@b.co c@d.org", #""n":1"#),
            ("nginx", nil, "clean", #""mail":"a@b.co""#), ("system", nil, "at 10.0.0.1", ""), ("nginx", nil, "x", ""),
        ])
        let before = batch
        redactor.redact(&batch)
        #expect((0..<5).map { batch.message(at: $0) } == ["a@b.co", "[email] [email]", "clean", "at [ipv4]", "x"])
        #expect((0..<5).map { batch.fields(at: $0) } == ["{}", #"{"n":1}"#, #"{"mail":"[email]"}"#, "{}", "{}"])
        #expect(batch.records.map(\.level) == before.records.map(\.level))
        #expect(batch.records.map(\.origin) == before.records.map(\.origin))
        #expect(redaction.statistics.map(\.name) == ["email", "ipv4"])
        #expect(redaction.statistics.map(\.events) == [2, 1])
        #expect(redaction.statistics.map(\.replacements) == [3, 1])
        let once = batch
        redactor.redact(&batch)
        #expect(batch.bytes == once.bytes)
    }

    @Test func `assertions hold at the ends of a text, not of the batch`() throws {
        for pattern in ["^secret$", #"\bsecret\b"#, #"\Asecret\z"#, "(?m)^secret$", "^(?<secret>secret)$"] {
            let redactor = Redactor(Redaction([try Redacting.rule(pattern: pattern)]))
            var batch = RouterTests.batch([
                ("a", nil, "xsecret", ""), ("a", nil, "secret", ""), ("a", nil, "secret", #""a":"secret""#),
                ("a", nil, "secretx", ""),
            ])
            redactor.redact(&batch)
            #expect((0..<4).map { batch.message(at: $0) } == ["xsecret", "[x]", "[x]", "secretx"], "\(pattern)")
            #expect(batch.fields(at: 2) == #"{"a":"[x]"}"#, "\(pattern)")
        }
    }

    @Test func `a group named secret is replaced alone`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(pattern: "session=(?<secret>[a-z]+)(;|$)")]))
        #expect(Redacting.message("session=abc; session=; session=d", redactor) == "session=[x]; session=; session=[x]")
    }

    @Test func `patterns that can match nothing are refused, and say why`() {
        for pattern in ["", "^$", #"[^\x00-\x{10FFFF}]"#, "(a", "a**b(", String(repeating: "a", count: 1025)] {
            #expect(throws: RedactionPattern.Problem.self, "\(pattern.prefix(20))") { try RedactionPattern(pattern) }
        }
    }

    @Test func `of rules that overlap the first says what stands there, over all of it`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.password), try Redacting.rule(.email)]))
        #expect(Redacting.message("password=a@b.co/x c@d.org", redactor) == "password=[password] [email]")
        let other = Redactor(Redaction([try Redacting.rule(.email), try Redacting.rule(.password)]))
        #expect(Redacting.message("password=a@b.co/x", other) == "password=[email]")
    }

    @Test func `equal secrets have equal pseudonyms, and others under another key`() throws {
        func redactor(_ key: String) throws -> Redactor {
            Redactor(
                Redaction(
                    try [BuiltinSecret.email, .creditCard].map {
                        try RedactionRule(
                            name: $0.rawValue, secret: .builtin($0),
                            replacement: .pseudonym(label: $0.rawValue, key: Array(key.utf8)))
                    }))
        }
        let one = try redactor("one")
        let alice = Redacting.message("alice@example.com", one)
        #expect(alice.wholeMatch(of: /\[email:[0-9a-f]{12}\]/) != nil)
        #expect(Redacting.message("ALICE@example.com", one) == alice)
        #expect(Redacting.message("bob@example.com", one) != alice)
        #expect(Redacting.message("alice@example.com", try redactor("two")) != alice)
        #expect(
            Redacting.message("4111-1111-1111-1111", one) == Redacting.message("4111111111111111", one))
        // RFC 4231, test case 2.
        let known = Redactor(
            Redaction([
                try RedactionRule(
                    name: "x", secret: .pattern(try RedactionPattern("what.*")),
                    replacement: .pseudonym(label: "x", key: Array("Jefe".utf8)))
            ]))
        #expect(Redacting.message("what do ya want for nothing?", known) == "[x:5bdcc146bf60]")
    }

    @Test func `a text that matches everywhere is replaced to its end`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(pattern: "a")]))
        let result = Redacting.message(String(repeating: "ab", count: 10_000), redactor)
        #expect(!result.contains("a"))
        #expect(result.utf8.count < 20_000)
    }

    @Test func `deep nesting and deep encoding have their limits`() throws {
        let redaction = Redaction([try Redacting.rule(.email), try Redacting.rule(.password)])
        let redactor = Redactor(redaction)
        let open = String(repeating: #"{"a":["#, count: 5000)
        let deep = Redacting.fields(open + #""a@b.co""# + String(repeating: "]}", count: 5000), redactor)
        #expect(deep == open + #""[email]""# + String(repeating: "]}", count: 5000))
        #expect(redaction.decodingLimits == 0)
        let percent = (0..<20).reduce("alice@example.com".replacing("@", with: "%40")) { text, _ in
            text.replacing("%", with: "%25")
        }
        #expect(Redacting.message(percent, redactor) == percent)
        #expect(redaction.decodingLimits == 1)
    }
}
