import TailraceEvent
import Testing

@testable import TailraceCodec

struct TimeReaderTests {
    private func read(_ text: String, zone: TimeZoneRule = .utc, received: Timestamp = arrival) -> String? {
        var reader = TimeReader(zone: zone)
        let bytes = Array(text.utf8)
        return reader.time(in: bytes.span, at: 0, received: received).map {
            Timestamp(nanoseconds: $0.nanoseconds).rfc3339 + "+" + String(decoding: bytes[$0.end...], as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("2026-11-22T07:35:12Z", "2026-11-22T07:35:12Z+"),
        ("2026-11-22t07:35:12.123456z rest", "2026-11-22T07:35:12.123456Z+ rest"),
        ("2026-11-22T07:35:12.1234567891+01:00]", "2026-11-22T06:35:12.123456789Z+]"),
        ("2026-11-22T07:35:12-0530 x", "2026-11-22T13:05:12Z+ x"),
        ("2026-11-22 07:35:12 +0200 x", "2026-11-22T05:35:12Z+ x"),
        ("2026-11-22 07:35:12.5 UTC [1] LOG", "2026-11-22T07:35:12.5Z+ [1] LOG"),
        ("2026-11-22 07:35:12 CEST [1]", "2026-11-22T05:35:12Z+ [1]"),
        ("2026-11-22 07:35:12 -1 x", "2026-11-22T07:35:12Z+ -1 x"),
        ("2026-11-22 07:35:12 ERROR x", "2026-11-22T07:35:12Z+ ERROR x"),
        ("2015-10-18 18:01:47,978 INFO", "2015-10-18T18:01:47.978Z+ INFO"),
        ("2015/10/18 18:01:47 [error]", "2015-10-18T18:01:47Z+ [error]"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z+"),
        ("Jun 14 15:16:01 combo", "2026-06-14T15:16:01Z+ combo"),
        ("Jul  1 07:57:30 combo", "2026-07-01T07:57:30Z+ combo"),
        ("Jul 1 07:57:30 combo", "2026-07-01T07:57:30Z+ combo"),
        ("Jun 14 2024 15:16:01: x", "2024-06-14T15:16:01Z+: x"),
        ("Jun 14 15:16:01.250 x", "2026-06-14T15:16:01.25Z+ x"),
        ("03-17 16:13:38.811  1702", "2026-03-17T16:13:38.811Z+  1702"),
        ("10.30 16:49:06] chrome", "2026-10-30T16:49:06Z+] chrome"),
        ("30.10 16:49:06] chrome", "2026-10-30T16:49:06Z+] chrome"),
        ("30.10.2025 16:49:06 x", "2025-10-30T16:49:06Z+ x"),
        ("Sun Dec 04 04:47:44 2005] [notice]", "2005-12-04T04:47:44Z+] [notice]"),
        ("Sun Dec  4 04:47:44.123456 2005] x", "2005-12-04T04:47:44.123456Z+] x"),
        ("Sun, 04 Dec 2005 04:47:44 GMT x", "2005-12-04T04:47:44Z+ x"),
        ("04 Dec 2005 04:47:44.123 * Ready", "2005-12-04T04:47:44.123Z+ * Ready"),
        ("10/Oct/2000:13:55:36 -0700] \"GET", "2000-10-10T20:55:36Z+] \"GET"),
        ("1763796912.123 GET", "2025-11-22T07:35:12.123Z+ GET"),
        ("1763796912123 GET", "2025-11-22T07:35:12.123Z+ GET"),
        ("1763796912123456: x", "2025-11-22T07:35:12.123456Z+: x"),
        ("1763796912123456789 x", "2025-11-22T07:35:12.123456789Z+ x"),
    ])
    func `common shapes are read to their end`(text: String, expected: String) {
        #expect(self.read(text) == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-11-22", "2026-13-22T07:35:12Z", "2026-02-29T07:35:12Z", "2026-11-22T24:00:00Z",
        "2026-11-22T07:61:12Z", "2026-11-22T07:35:12Zulu", "2026-11-22T07:35:123", "9999-11-22T07:35:12Z",
        "0000-00-00 00:00:00", "Jux 14 15:16:01 x", "June 14 15:16:01", "Jun 31 15:16:01 x", "Sun 14 15:16:01 2005",
        "1234567890 items moved", "99999999999 x", "17637969121 x", "10/Oct/99999:13:55:36", "10.0.0.1:80 connected",
        "00-00 00:00:00 x", "192.168.1.1 - - x",
    ])
    func `what is no possible time is not read`(text: String) {
        #expect(self.read(text) == nil)
    }

    @Test func `a missing year is the latest that is not later than arrival and a day`() {
        #expect(self.read("Nov 23 11:59:59 x") == "2026-11-23T11:59:59Z+ x")
        #expect(self.read("Nov 23 12:00:01 x") == "2025-11-23T12:00:01Z+ x")
        #expect(self.read("Feb 29 12:00:00 x") == "2024-02-29T12:00:00Z+ x")
        let newYear = Timestamp(nanoseconds: 1_798_759_000_000_000_000)  // 2026-12-31T23:16:40Z
        #expect(self.read("Jan  1 00:00:01 x", received: newYear) == "2027-01-01T00:00:01Z+ x")
        #expect(self.read("Dec 31 23:00:00 x", received: newYear) == "2026-12-31T23:00:00Z+ x")
    }

    @Test func `a time without a zone is in the configured one, another zone is kept`() throws {
        let zone = try #require(TimeZoneRule("+02:00"))
        #expect(self.read("2026-11-22 07:35:12 x", zone: zone) == "2026-11-22T05:35:12Z+ x")
        #expect(self.read("2026-11-22 07:35:12Z x", zone: zone) == "2026-11-22T07:35:12Z+ x")
        #expect(self.read("Nov 22 07:35:12 x", zone: zone) == "2026-11-22T05:35:12Z+ x")
    }

    @Test func `arrival at the ends of what a timestamp holds traps nowhere`() {
        for nanoseconds in [Int64.min, -1, 0, Int64.max] {
            let received = Timestamp(nanoseconds: nanoseconds)
            _ = self.read("Nov 22 07:35:12 x", received: received)
            _ = self.read("1763796912.123 x", received: received)
        }
    }

    @Test(arguments: [
        ("UTC", TimeZoneRule.utc), ("local", .local), ("-05:30", .fixed(-19_800)), ("+0200", .fixed(7200)),
    ])
    func `time zones are read from the configuration`(text: String, rule: TimeZoneRule) {
        #expect(TimeZoneRule(text) == rule)
    }

    @Test(arguments: ["", "CET", "Europe/Berlin", "+25:00", "2", "+02:00x"])
    func `other time zones are refused`(text: String) {
        #expect(TimeZoneRule(text) == nil)
    }
}
