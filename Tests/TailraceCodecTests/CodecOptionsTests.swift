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
        #expect(defaults == ["format": "auto", "max_line": "256KiB", "time_zone": "UTC", "level": nil])
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
        ("time_zone", .string("Mars")), ("level", .string("loud")),
    ])
    func `a wrong value is refused with its key and what to write`(key: String, value: OptionValue) {
        let error = #expect(throws: OptionProblem.self) { try CodecOptions(OptionTable(values: [key: value])) }
        #expect(error?.key == key)
        #expect(error?.hint != nil)
    }
}
