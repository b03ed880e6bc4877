import Foundation
import TailraceCodec
import TailraceEvent
import Testing

/// `Tests/conformance/multiline.json` says which lines are one event.
struct JoiningVectorTests {
    @Test func `every row is grouped as it says`() throws {
        let rows = try Vectors.rows("multiline")
        #expect(rows.count >= 40)
        for row in rows {
            var options = row["options"] as? [String: Any] ?? [:]
            options["multiline"] = row["multiline"]
            var source = SourceReading(try Vectors.options(options))
            let groups = row["groups"] as? [[String]] ?? []
            let lines = row["lines"] as? [String] ?? groups.flatMap(\.self)
            source.take(lines.map { $0 + "\n" }.joined().utf8)
            source.finish()
            if let messages = row["messages"] as? [String] {
                #expect(source.messages == messages)
            } else {
                try self.check(source, groups, row)
            }
        }
    }

    private func check(_ source: SourceReading, _ groups: [[String]], _ row: [String: Any]) throws {
        let whole = Set(row["whole"] as? [Int] ?? [])
        let name = "\(row["multiline"] ?? ""): \(groups)"
        guard source.batch.count == groups.count else {
            Issue.record("\(name) became \(source.messages)")
            return
        }
        for (index, group) in groups.enumerated() {
            let fields = try source.fields(at: index)
            if !whole.contains(index) {
                #expect(source.messages[index] == group.joined(separator: "\n"), "\(name)")
                #expect(fields["lines"] as? Int == (group.count > 1 ? group.count : nil), "\(name)")
            }
            if let parts = row["parts"] as? [Int] {
                #expect(fields["join_part"] as? Int == (parts[index] > 1 ? parts[index] : nil), "\(name)")
            }
            if let cuts = row["cuts"] as? [Any] { #expect(fields["join_cut"] as? String == cuts[index] as? String) }
        }
    }
}
