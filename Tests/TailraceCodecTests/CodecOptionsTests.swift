import TailraceCodec
import TailraceEvent
import TailraceOptions
import Testing

struct CodecOptionsTests {
    @Test func `an empty table gives the documented defaults`() throws {
        let options = try CodecOptions(OptionTable())
        #expect(options.format == .auto)
        #expect(options.maxLineBytes == 256 << 10)
        #expect(options.timeZone == .utc)
        #expect(options.level == nil)
        let defaults = Dictionary(uniqueKeysWithValues: CodecOptions.specs.map { ($0.name, $0.defaultText) })
        #expect(
            defaults.compactMapValues(\.self) == [
                "format": "auto", "max_line": "256KiB", "time_zone": "UTC", "level_from_status": "false",
                "multiline": "off",
            ])
        #expect(options.multiline == nil && options.timeFormats.isEmpty)
    }

    @Test func `values are taken from the table`() throws {
        let options = try CodecOptions(
            OptionTable(values: [
                "format": .string("logfmt"), "max_line": .size(1024), "time_zone": .string("-0530"),
                "level": .string("notice"),
            ]))
        #expect(options.format == .logfmt)
        #expect(options.maxLineBytes == 1024)
        #expect(options.timeZone == .fixed(-19_800))
        #expect(options.level == .notice)
    }

    @Test(arguments: [
        ("format", OptionValue.string("xml")), ("max_line", .size(1)), ("max_line", .size(1 << 40)),
        ("time_zone", .string("Mars")), ("level", .string("loud")), ("multiline", .string("cobol")),
        ("pattern", .string("(?<a>.)")), ("format", .string("regex")), ("time_field", .strings([""])),
        ("message_field", .strings(Array(repeating: "m", count: 9))),
    ])
    func `a wrong value is refused with its key and what to write`(key: String, value: OptionValue) {
        let error = #expect(throws: OptionProblem.self) { try CodecOptions(OptionTable(values: [key: value])) }
        #expect(error?.key.hasPrefix(key) == true)
        #expect(error?.hint != nil)
    }

    @Test(arguments: ["(", "no group", "(?<a>\\C)"])
    func `a pattern that cannot be used is refused`(pattern: String) {
        let error = #expect(throws: OptionProblem.self) {
            try CodecOptions(OptionTable(values: ["format": .string("regex"), "pattern": .string(pattern)]))
        }
        #expect(error?.key == "pattern" && error?.hint != nil)
    }

    @Test(arguments: ["%Q", "%Y", "%H:%M", "100%", "%Y-%m-%d %I:%M"])
    func `a time format that gives no instant is refused`(format: String) {
        let error = #expect(throws: OptionProblem.self) {
            try CodecOptions(OptionTable(values: ["time_format": .strings([format])]))
        }
        #expect(error?.key == "time_format[0]")
    }

    @Test(arguments: [
        (["start": OptionValue.string("(")], "start"), ([:], "multiline"), (["rule": .string("cobol")], "rule"),
        (["start": .string("^a"), "rule": .string("java")], "rule"),
        (["start": .string("^a"), "max_lines": .integer(1)], "max_lines"),
        (["start": .string("^a"), "max_bytes": .size(1)], "max_bytes"),
        (["start": .string("^a"), "timeout": .duration(.zero)], "timeout"),
    ])
    func `a wrong way of joining is refused`(values: [String: OptionValue], key: String) {
        let table = OptionTable(values: ["multiline": .table(OptionTable(values: values))])
        let error = #expect(throws: OptionProblem.self) { try CodecOptions(table) }
        #expect(error?.key == key && error?.hint != nil)
    }

    @Test func `levels are spelled by the input, and must be levels`() {
        let error = #expect(throws: OptionProblem.self) {
            try CodecOptions(OptionTable(values: ["levels": .scalarsByName(["W": .string("loud")])]))
        }
        #expect(error?.key == "levels.W")
        #expect(throws: OptionProblem.self) {
            try CodecOptions(OptionTable(values: ["levels": .scalarsByName(["W": .integer(3)])]))
        }
    }
}
