import Foundation
import TailraceCodec
import TailraceEvent
import Testing

/// `Tests/conformance/formats.json` is what the lines of every format mean.
struct FormatVectorTests {
    @Test func `there are rows for every format`() throws {
        let formats = try Vectors.rows("formats").compactMap { ($0["options"] as? [String: Any])?["format"] as? String }
        #expect(Set(formats).isSuperset(of: ["json", "clf", "cri", "docker", "regex", "plain"]))
        #expect(try Vectors.rows("formats").count >= 50)
    }

    @Test func `every row becomes the events that it says`() throws {
        for row in try Vectors.rows("formats") {
            let lines = try #require(row["lines"] as? [String])
            let expected = try #require(row["events"] as? [[String: Any]])
            var source = SourceReading(try Vectors.options(row["options"] as? [String: Any] ?? [:]))
            source.take(lines.map { $0 + "\n" }.joined().utf8)
            source.finish()
            #expect(source.messages == expected.map { $0["message"] as? String }, "\(lines)")
            for (index, event) in expected.enumerated() where index < source.batch.count {
                let record = source.batch.records[index]
                let time = record.time == arrival.nanoseconds ? nil : Timestamp(nanoseconds: record.time).rfc3339
                #expect(time == event["time"] as? String, "\(lines)")
                #expect(Level(rawValue: record.level)?.name == event["level"] as? String, "\(lines)")
                let fields = try source.fields(at: index)
                #expect(
                    NSDictionary(dictionary: fields).isEqual(to: event["fields"] as? [String: Any] ?? [:]),
                    "\(lines): \(source.batch.fields(at: index))")
            }
        }
    }
}
