import TailraceCodec
import TailraceEvent
import TailraceOptions

/// 2026-11-22T12:00:00Z: when the lines of these tests arrive.
let arrival = Timestamp(nanoseconds: 1_795_348_800_000_000_000)

/// One decoded event, with text in place of bytes.
struct Decoded: Equatable {
    var time: String?
    var level: Level?
    var message: String
    var fields: String
}

/// Decodes lines with one decoder, as from one file of the host `web-1`.
func decode(
    _ lines: [[UInt8]], format: Format = .auto, timeZone: TimeZoneRule = .utc, level: Level? = nil, base: String = "",
    truncated: Int = 0
) -> [Decoded] {
    var decoder = EventDecoder(options: CodecOptions(format: format, timeZone: timeZone, level: level))
    var batch = EventBatch()
    let origin = batch.origin(Origin(source: "test", host: "web-1"))
    for line in lines {
        decoder.decode(
            line.span, info: LineInfo(sourceBytes: line.count + 1, truncatedBytes: truncated), received: arrival,
            origin: origin, baseFields: Array(base.utf8), into: &batch)
    }
    return batch.records.indices.map { index in
        let record = batch.records[index]
        return Decoded(
            time: record.time == arrival.nanoseconds ? nil : Timestamp(nanoseconds: record.time).rfc3339,
            level: Level(rawValue: record.level), message: batch.message(at: index), fields: batch.fields(at: index))
    }
}

func decode(_ line: String, format: Format = .auto, timeZone: TimeZoneRule = .utc, base: String = "") -> Decoded {
    decode([Array(line.utf8)], format: format, timeZone: timeZone, base: base)[0]
}

/// The same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
