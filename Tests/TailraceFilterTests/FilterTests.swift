import TailraceEvent
import TailraceFilter
import Testing

@Suite struct FilterTests {
    static func matches(_ text: String, message: String = "", fields: String = "", level: Level? = nil) throws -> Bool {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "s", host: "h"))
        let time = Timestamp(nanoseconds: 0)
        batch.append(
            time: time, received: time, level: level, origin: origin, message: Array(message.utf8).span,
            fields: Array(fields.utf8).span)
        var matcher = Matcher(try Filter(parsing: text), context: MatchContext(streamNumbers: [:]))
        return matcher.matches(batch, at: 0, seq: 1)
    }

    @Test(arguments: [
        ("a:é", #""a":"x\u00e9y""#), ("a:É", #""a":"\u00c9""#), ("a:👍", #""a":"\ud83d\udc4d""#),
        ("a=\"q\\\"\"", #""a":"q\"""#),
        ("a=\"x\\ny\"", #""a":"x\ny""#), ("a:/x\\ny/", #""a":"x\ny""#), ("a=/", #""a":"\/""#),
        ("a:\u{FFFD}", #""a":"\ud83dx""#),
        ("key:1", #""k\u0065y":1"#), ("a.b:1", #""\u0061":{"b":1}"#), ("*:é", #""n":[{"x":"\u00e9"}]"#),
        ("a\\:b", #""c":1"#), ("\"a\\\"b\":1", #""a\"b":1"#), ("b:1", #""a":"\"b\":2","b":1"#),
        ("b:1", #""\u0062":1,"b":2"#),
        ("b:1", #""a":"{[","b":1"#),
        ("b:1", #""a":{"b":2},"b":1"#), ("-b:*", #""a":{"b":2}"#), ("a:\"\\t\"", #""a":"\t""#),
    ])
    func `escaped strings and keys are read as what they mean`(filter: String, fields: String) throws {
        #expect(try Self.matches(filter, message: "a\\:b", fields: fields), "\(filter) on \(fields)")
    }

    @Test func `hostile nesting in fields does not matter`() throws {
        let deep = String(repeating: "[", count: 100_000) + "7" + String(repeating: "]", count: 100_000)
        #expect(try Self.matches("a:*", fields: "\"a\":\(deep)"))
        #expect(try Self.matches("*:7", fields: "\"a\":\(deep)"))
        #expect(try !Self.matches("a:7", fields: "\"a\":\(deep)"))
    }

    @Test func `a repetitive word in a repetitive message takes linear time`() throws {
        let message = String(repeating: "ab", count: 250_000)
        let word = String(repeating: "ab", count: 2000) + "b"
        let start = ContinuousClock.now
        #expect(try !Self.matches(word, message: message))
        // Quadratic work would be a minute of it.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `filters are equal when they are spelled differently, and differ by their time bounds`() throws {
        let left = try Filter(parsing: "b a level:err")
        let right = try Filter(parsing: "level=error AND (a AND \"b\")")
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(try left != Filter(parsing: "a b level:err since:5m"))
        #expect(try left == Filter(parsing: "a b level:err since:5m").withoutTimeBounds)
        #expect(try Filter(parsing: " \n\t") == .everything)
        #expect(Filter.everything.canonical.isEmpty)
    }

    @Test func `texts that differ only in how their accents are spelled are two texts`() throws {
        let (composed, decomposed) = ("\"caf\u{E9} \u{301}\"", "\"cafe\u{301} \u{301}\"")
        #expect(try Filter(parsing: composed) != Filter(parsing: decomposed))
        let either = "\(composed) OR \(decomposed)"
        #expect(try Self.matches(either, message: "caf\u{E9} \u{301}"))
        #expect(try Self.matches(either, message: "cafe\u{301} \u{301}"))
        #expect(try Self.matches("(\"\u{E9}\":1 OR \"e\u{301}\":2)", fields: "\"e\u{301}\":2"))
        #expect(try Filter(parsing: "\"\u{E9}\":1 OR \"e\u{301}\":2").canonical.unicodeScalars.contains("\u{E9}"))
    }

    @Test func `and joins two filters`() throws {
        let joined = try Filter(parsing: "a OR b").and(Filter(parsing: "c since:5m"))
        #expect(joined.canonical == "(a OR b) c")
        #expect(joined.timeBounds.since == .ago(nanoseconds: 300_000_000_000))
        #expect(try Filter.everything.and(Filter(parsing: "a")).canonical == "a")
        #expect(try Filter(parsing: joined.canonical).canonical == joined.canonical)
    }

    @Test func `the explanation shows every bracket`() throws {
        #expect(try Filter(parsing: "a b OR -c #(d)").explanation == "((a AND b) OR (NOT c AND #(d)))")
        #expect(Filter.everything.explanation == "everything")
    }

    @Test func `each clause tells its outcome`() throws {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "s", host: "h"))
        let time = Timestamp(nanoseconds: 0)
        batch.append(
            time: time, received: time, level: nil, origin: origin, message: Array("word".utf8).span,
            fields: Array("\"status\":5".utf8).span)
        var matcher = Matcher(
            try Filter(parsing: "word status:6 nope:x source:s level:info"), context: MatchContext(streamNumbers: [:]))
        let outcomes = matcher.outcomes(batch, at: 0, seq: 1).map { "\($0.clause) \($0.outcome)" }
        #expect(outcomes == ["level=info missing", "nope:x missing", "source:s holds", "status:6 fails", "word holds"])
    }

    @Test func `select gives the positions that match, with numbers from the first`() throws {
        var batch = EventBatch()
        for (index, source) in ["a", "b", "a"].enumerated() {
            let origin = batch.origin(Origin(source: source, host: "h"))
            let time = Timestamp(nanoseconds: 0)
            batch.append(
                time: time, received: time, level: .info, origin: origin, message: Array("m\(index)".utf8).span,
                fields: [UInt8]().span)
        }
        var indexes = [9]
        var bySource = Matcher(try Filter(parsing: "source=a"), context: MatchContext(streamNumbers: [:]))
        bySource.select(from: batch, in: 0..<3, firstSeq: 1, into: &indexes)
        #expect(indexes == [9, 0, 2])
        var bySeq = Matcher(try Filter(parsing: "seq:11..12"), context: MatchContext(streamNumbers: [:]))
        indexes = []
        bySeq.select(from: batch, in: 1..<3, firstSeq: 11, into: &indexes)
        #expect(indexes == [1, 2])
    }

    @Test func `an error is one line with its place and a suggestion`() {
        #expect {
            try Filter(parsing: "a level:wran")
        } throws: { error in
            guard let error = error as? FilterError else { return false }
            return error.column == 9 && error.length == 4 && error.suggestion == "warn"
                && error.description.hasPrefix("column 9: unknown level \"wran\"; expected one of trace debug")
                && error.description.hasSuffix("did you mean warn?")
        }
    }

    @Test func `time bounds resolve against a clock`() throws {
        let now = Timestamp(nanoseconds: 1_000_000 * 1_000_000_000)  // 1970-01-12T13:46:40Z
        let bounds = try Filter(parsing: "since:1h30m until:13:46").timeBounds
        #expect(bounds.since?.resolved(now: now).rfc3339 == "1970-01-12T12:16:40Z")
        #expect(bounds.until?.resolved(now: now).rfc3339 == "1970-01-12T13:46:00Z")
        #expect(bounds.until?.resolved(now: now, utcOffset: 3600).rfc3339 == "1970-01-12T12:46:00Z")
        let late = try Filter(parsing: "until:14:00").timeBounds
        #expect(late.until?.resolved(now: now).rfc3339 == "1970-01-11T14:00:00Z")
    }
}
