import Glibc
import TailraceEvent
import TailraceFilter
import Testing

@testable import TailraceClient

@Suite struct TextLinesTests {
    private static let time = "2025-03-04T07:35:12.123456789Z"

    private func event(
        _ message: String, level: String? = "warn", source: String = "nginx", fields: String = "{}"
    ) throws -> EventLine {
        let levelPart = level.map { "\"level\":\"\($0)\"," } ?? ""
        let line = "{\"seq\":7,\"time\":\"\(Self.time)\",\(levelPart)\"source\":\"\(source)\",\"host\":\"h\","
            + "\"message\":\"\(message)\",\"fields\":\(fields)}"
        return try #require(EventLine(Array(line.utf8)))
    }

    private func text(
        _ events: [EventLine], style: ClockText.Style = .date, zone: TimeZoneChoice = .utc, colour: Bool = false,
        fields: FieldText.Choice = .usual, filter: String = ""
    ) throws -> String {
        var lines = TextLines(
            paint: Paint(isOn: colour), clock: ClockText(style: style, zone: zone), fields: FieldText(fields),
            marks: FilterMarks(try Filter(parsing: filter)))
        var text: [UInt8] = []
        for event in events { lines.append(event, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `columns stand below each other`() throws {
        let text = try self.text([
            try self.event("one", fields: #"{"status":504,"pid":3,"who":"a b"}"#),
            try self.event("two", level: nil, source: "postgres-main"), try self.event("three", level: "emergency"),
        ])
        #expect(text == """
            2025-03-04 07:35:12.123 warn  nginx  one  status=504 who="a b"
            2025-03-04 07:35:12.123 -     postgres-main two
            2025-03-04 07:35:12.123 emerg nginx         three

            """)
    }

    @Test func `a long source is cut, further lines of a message begin below the first`() throws {
        let text = try self.text([try self.event("a\\nb\\n", source: "a-very-long-name-of-a-source")], style: .none)
        #expect(text == "warn  a-very-long-name-of… a\n\(String(repeating: " ", count: 27))b\n")
    }

    @Test func `colours are ours, those of the log are left out`() throws {
        let text = try self.text(
            [try self.event("\\u001b[31mUPSTREAM\\u001b[0m timed out \\u001b[2J")], style: .none, colour: true,
            filter: "timed -other")
        #expect(text.contains("UPSTREAM \u{1b}[30;43mtimed\u{1b}[0m out \u{241b}[2J\n"))
        #expect(text.hasPrefix("\u{1b}[33mwarn \u{1b}[0m "))
    }

    @Test(arguments: [
        (ClockText.Style.clock, "07:35:12.123"), (.date, "2025-03-04 07:35:12.123"), (.iso, Self.time),
        (.relative, "3.0s"), (.none, ""),
    ])
    func `times are shown as asked`(style: ClockText.Style, shown: String) throws {
        var clock = ClockText(style: style, zone: .utc)
        let time = try #require(Timestamp(rfc3339: Self.time))
        let now = Timestamp(nanoseconds: time.nanoseconds + 3_000_000_000)
        #expect(clock.text(time, now: now) == shown)
        #expect(shown.count <= clock.width)
    }

    @Test func `a zone moves the clock, and the day with it`() throws {
        var clock = ClockText(style: .date, zone: try TimeZoneChoice(parsing: "-08:30"))
        let time = try #require(Timestamp(rfc3339: Self.time))
        #expect(clock.text(time, now: time) == "2025-03-03 23:05:12.123")
        #expect(throws: TimeZoneChoice.Problem.self) { try TimeZoneChoice(parsing: "Mars/Olympus") }
    }

    @Test(arguments: [(50, "0.0s"), (12_345, "12s"), (125_000, "2m"), (7_300_000, "2h"), (260_000_000, "3d")])
    func `ages have few digits`(milliseconds: Int64, shown: String) {
        #expect(ClockText.age(milliseconds * 1_000_000) == shown)
    }

    @Test func `a new day is named once`() throws {
        let text = try self.text([try self.event("a"), try self.event("b")], style: .clock)
        #expect(text.hasPrefix("-- 2025-03-04 --\n07:35:12.123 ") && text.split(separator: "\n").count == 3)
    }

    @Test func `fields are chosen, nested ones by their dotted names`() throws {
        let event = try self.event("m", fields: #"{"a":{"b":1,"c":"x=y"},"pid":5,"d":[1,2]}"#)
        let named = try self.text([event], style: .none, fields: .named(["d", "a"]))
        #expect(named.hasSuffix("m  d=[1,2] a.b=1 a.c=\"x=y\"\n"))
        #expect(try self.text([event], style: .none, fields: .all).hasSuffix("pid=5 d=[1,2]\n"))
        #expect(try self.text([event], style: .none, fields: .none).hasSuffix("m\n"))
        #expect(FieldText.Choice(parsing: "a.b, a.c,d").topLevelNames == ["a", "d"])
        #expect(FieldText.Choice.none.topLevelNames == [] && FieldText.Choice.usual.topLevelNames == nil)
    }

    @Test func `raw is the line as it was, byte by byte`() throws {
        var text: [UInt8] = []
        RawLines.append(try self.event("m", fields: #"{"raw_base64":"/wBB"}"#), isTerminal: false, to: &text)
        #expect(text == [0xff, 0x00, 0x41, 0x0a])
        text = []
        RawLines.append(try self.event("m", fields: #"{"raw":"<13>m"}"#), isTerminal: false, to: &text)
        #expect(text == Array("<13>m\n".utf8))
        text = []
        RawLines.append(try self.event("\\u001b[2Jm"), isTerminal: true, to: &text)
        #expect(text == Array("\u{241b}[2Jm\n".utf8))
    }

    @Test func `logfmt quotes what could be read otherwise`() throws {
        var text: [UInt8] = []
        let event = try self.event("a \\\"b\\\"\\nc", fields: #"{"k":"v=w","n":1,"e":"","t":{"u":"x"}}"#)
        RawLines.appendLogfmt(event, fields: FieldText(.all), to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "seq=7 time=\(Self.time) level=warn source=nginx host=h "
            + #"message="a \"b\"\nc" k="v=w" n=1 e="" t.u=x"# + "\n")
    }

    @Test func `colours are for terminals, unless said otherwise`() {
        #expect(!Terminal.usesColour(.auto, on: -1, environment: [:]))
        #expect(Terminal.usesColour(.always, on: -1, environment: ["NO_COLOR": "1"]))
        #expect(!Terminal.usesColour(.never, on: 1, environment: [:]))
    }
}
