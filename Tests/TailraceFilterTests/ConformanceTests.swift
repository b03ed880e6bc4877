import Foundation
import TailraceEvent
import TailraceFilter
import Testing

/// `Tests/conformance/filter.json` is what the filter language means, here, in the page and on the command line.
@Suite struct ConformanceTests {
    static let streams = ["errors": 1, "web": 2]

    static func rows() throws -> [[String: Any]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("conformance/filter.json"))
        let rows = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        return rows.filter { $0["filter"] != nil }
    }

    @Test func `there are rows for every rule`() throws {
        #expect(try Self.rows().count >= 200)
    }

    @Test func `every row with an event matches as it says`() throws {
        for row in try Self.rows() {
            guard let event = row["event"] as? [String: Any], let text = row["filter"] as? String else { continue }
            let bits = (row["streams"] as? [String] ?? []).reduce(UInt64(0)) { $0 | 1 << UInt64(Self.streams[$1] ?? 0) }
            let batch = try EventBatch(json: event, streams: bits)
            let seq = try #require((event["seq"] as? NSNumber)?.uint64Value)
            do {
                let filter = try Filter(parsing: text)
                var matcher = Matcher(filter, context: MatchContext(streamNumbers: Self.streams))
                let isMatch = matcher.matches(batch, at: 0, seq: seq)
                #expect(
                    isMatch == row["expected"] as? Bool, "\(text)  on  \(batch.message(at: 0)) \(batch.fields(at: 0))")
                let again = try Filter(parsing: filter.canonical)
                #expect(again.canonical == filter.canonical, "\(text)")
                var second = Matcher(again, context: MatchContext(streamNumbers: Self.streams))
                let isSecondMatch = second.matches(batch, at: 0, seq: seq)
                #expect(isSecondMatch == isMatch, "\(text) as \(filter.canonical)")
            } catch {
                Issue.record("\(text): \(error)")
            }
        }
    }

    @Test func `every row with an error fails in its column`() throws {
        for row in try Self.rows() {
            guard let expected = row["error"] as? [String: Any], let text = row["filter"] as? String else { continue }
            do {
                let filter = try Filter(parsing: text)
                Issue.record("\(text.prefix(80)) is taken as \(filter.canonical)")
            } catch {
                #expect(error.column == expected["column"] as? Int, "\(text.prefix(80)): \(error)")
                if let part = expected["contains"] as? String {
                    #expect(error.description.contains(part), "\(text.prefix(80)): \(error)")
                }
            }
        }
    }

    @Test func `every row with a canonical form gets it, and the form is its own`() throws {
        for row in try Self.rows() {
            guard let expected = row["canonical"] as? String, let text = row["filter"] as? String else { continue }
            do {
                let filter = try Filter(parsing: text)
                #expect(filter.canonical == expected, "\(text)")
                #expect(try Filter(parsing: expected).canonical == expected)
            } catch {
                Issue.record("\(text): \(error)")
            }
        }
    }

    @Test func `every row with a hint gives one that says so`() throws {
        for row in try Self.rows() {
            guard let hint = row["hint"], let text = row["filter"] as? String else { continue }
            let filter = try Filter(parsing: text)
            if let part = hint as? String {
                #expect(filter.hint?.contains(part) == true, "\(text): \(filter.hint ?? "none")")
            } else {
                #expect(filter.hint == nil, "\(text)")
            }
        }
    }

    @Test func `every row with time bounds lifts them`() throws {
        for row in try Self.rows() {
            guard let bounds = row["bounds"] as? [String: Any], let text = row["filter"] as? String else { continue }
            let found = try Filter(parsing: text).timeBounds
            #expect((found.since != nil) == (bounds["since"] != nil), "\(text)")
            #expect((found.until != nil) == (bounds["until"] != nil), "\(text)")
            let around = (bounds["around"] as? [NSNumber])?.map(\.uint64Value)
            #expect(found.around.map { [$0.seq, $0.radius] } == around, "\(text)")
        }
    }
}
