import Foundation
import TailraceEvent
import TailraceTesting
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `every instant comes back from its text`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            var nanoseconds = Int64.random(in: -9_223_372_036_000_000_000...Int64.max, using: &random)
            // Whole units exercise the fraction's trailing zeros.
            nanoseconds -= nanoseconds % random.pick([1, 1000, 1_000_000, 1_000_000_000, 86_400_000_000_000])
            let timestamp = Timestamp(nanoseconds: nanoseconds)
            #expect(Timestamp(rfc3339: timestamp.rfc3339) == timestamp, "\(nanoseconds): \(timestamp.rfc3339)")
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_795_332_912_123_456_789, "2026-11-22T07:35:12.123456789Z"),
        (1_795_332_912_500_000_000, "2026-11-22T07:35:12.5Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
        (Int64.max, "2262-04-11T23:47:16.854775807Z"),
        (Int64.min, "1677-09-21T00:12:43.145224192Z"),
    ])
    func `an instant is written in UTC with the digits it needs`(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
    }

    @Test(arguments: [
        ("2026-11-22T08:35:12.5+01:00", "2026-11-22T07:35:12.5Z"),
        ("2026-11-21T23:35:12-08:00", "2026-11-22T07:35:12Z"),
        ("2026-11-22 07:35:12Z", "2026-11-22T07:35:12Z"),
        ("2026-11-22t07:35:12z", "2026-11-22T07:35:12Z"),
        ("2026-11-22T07:35:12.1234567891234Z", "2026-11-22T07:35:12.123456789Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ])
    func `other spellings of RFC 3339 are read`(text: String, meant: String) throws {
        #expect(try #require(Timestamp(rfc3339: text)).rfc3339 == meant)
    }

    @Test(arguments: [
        "", "2026", "2026-11-22", "2026-11-22T07:35:12", "2026-13-22T07:35:12Z", "2026-00-22T07:35:12Z",
        "2026-11-00T07:35:12Z", "2026-11-32T07:35:12Z", "2026-11-22T24:00:00Z", "2026-11-22T07:60:12Z",
        "2026-11-22T07:35:61Z", "2026-11-22T07:35:12.Z", "2026-11-22T07:35:12,5Z", "2026-11-22T07:35:12+1:00",
        "2026-11-22T07:35:12+24:00", "2026-11-22T07:35:12Zx", "2026-11-22x07:35:12Z", "-026-11-22T07:35:12Z",
        "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-22T07:35:12é", "２026-11-22T07:35:12Z",
    ])
    func `what is not an instant of ours is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [UInt64(11), 12])
    func `damaged text never traps`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            var bytes = Array("2026-11-22T07:35:12.123456789+01:00".utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = random.pick(Array("0123456789-:.TZ+ é".utf8))
            }
            bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random))
            _ = Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `the clock is the system's`() {
        let before = Date().timeIntervalSince1970
        let now = Double(Timestamp.now().nanoseconds) / 1e9
        let after = Date().timeIntervalSince1970
        // Foundation's clock counts in microseconds at best.
        #expect(now >= before - 0.001 && now <= after + 0.001)
    }
}

@Suite struct CivilDateTests {
    @Test func `every day of four hundred years follows the one before`() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var date = CivilDate(year: 1770, month: 1, day: 1)
        let first = date.daysSinceEpoch
        for days in first...first + 146_097 {
            #expect(CivilDate(daysSinceEpoch: days) == date)
            #expect(date.daysSinceEpoch == days)
            let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
            let length = date.month == 2 && isLeap ? 29 : lengths[date.month - 1]
            date.day += 1
            if date.day > length { (date.month, date.day) = (date.month + 1, 1) }
            if date.month > 12 { (date.year, date.month) = (date.year + 1, 1) }
        }
        #expect(date == CivilDate(year: 2170, month: 1, day: 2))
    }

    @Test func `the epoch is day zero`() {
        #expect(CivilDate(daysSinceEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
        #expect(CivilDate(year: 2000, month: 3, day: 1).daysSinceEpoch == 11_017)
        #expect(CivilDate(year: 1969, month: 12, day: 31).daysSinceEpoch == -1)
    }
}
