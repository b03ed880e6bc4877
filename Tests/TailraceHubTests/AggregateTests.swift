import Foundation
import TailraceEvent
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

@Suite struct AggregateTests {
    private static func model(seed: UInt64, onDisk: Bool = true) throws -> (HistoryModel, SeededGenerator) {
        var random = SeededGenerator(seed: seed)
        let model = try HistoryModel(onDisk: onDisk, memory: onDisk ? 1 : 1 << 30)
        try model.fill(commits: 40, using: &random)
        return (model, random)
    }

    private static func text(_ value: Any?) -> String { value is NSNull || value == nil ? "none" : "\(value ?? "")" }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a histogram counts every event once, in its bucket and under its value`(seed: UInt64) throws {
        let (model, generator) = try Self.model(seed: seed, onDisk: seed != 3)
        var random = generator
        for _ in 0..<30 {
            var request = model.randomRequest(using: &random)
            if Bool.random(using: &random) { request.filter = "" }
            let by = ["level", "source", "host", "unit", "status", "user.name"][Int.random(in: 0..<6, using: &random)]
            let wanted = try model.matches(request)
            let answer = try model.history().json(
                request, .histogram(HistogramRequest(division: .buckets(.random(in: 1...200, using: &random)), by: by)))
            let outside = try #require(answer["outside"] as? Int)
            #expect(answer["total"] as? Int == wanted.count - outside && answer["complete"] as? Bool == true)
            let buckets = try #require(answer["buckets"] as? [[String: Any]])
            var naive = Array(repeating: 0, count: buckets.count)
            let width = Int64(try #require(answer["width_ms"] as? Double) * 1e6)
            let first = buckets.first.flatMap { Timestamp(rfc3339: $0["time"] as? String ?? "") }
            guard let start = first else { continue }
            #expect(start.nanoseconds % width == 0)
            var values: [String: Int] = [:]
            var inside = 0
            for seq in wanted {
                let (batch, index) = try model.event(seq)
                let bucket = Int((batch.records[index].time - start.nanoseconds) / width)
                guard naive.indices.contains(bucket) else { continue }
                naive[bucket] += 1
                inside += 1
                values[try Self.value(by, of: batch, index), default: 0] += 1
            }
            #expect(buckets.compactMap { $0["count"] as? Int } == naive && inside + outside == wanted.count)
            let series = try #require(answer["series"] as? [[String: Any]])
            for one in series {
                let counts = try #require(one["counts"] as? [Int])
                #expect(counts.count == buckets.count && counts.reduce(0, +) == one["count"] as? Int)
                guard one["other"] == nil else { continue }
                #expect(values[Self.text(one["value"])] == one["count"] as? Int, "\(by) \(request)")
            }
            #expect(series.compactMap { $0["count"] as? Int }.reduce(0, +) == inside)
        }
    }

    private static func value(_ name: String, of batch: EventBatch, _ index: Int) throws -> String {
        let record = batch.records[index]
        switch name {
        case "level": return Level(rawValue: record.level)?.name ?? "none"
        case "source": return batch.origins[Int(record.origin)].source
        case "host": return batch.origins[Int(record.origin)].host
        default:
            let fields = try JSONSerialization.jsonObject(with: Data(batch.fields(at: index).utf8)) as? [String: Any]
            let steps = name.split(separator: ".").map(String.init)
            let value = steps.reduce(fields as Any?) { found, step in (found as? [String: Any])?[step] }
            return Self.text(value)
        }
    }

    @Test func `blocks inside one bucket are counted without being read`() throws {
        let (model, _) = try Self.model(seed: 4)
        let history = model.history()
        let request = HistoryRequest(stream: "all", filter: "")
        let hours = HistogramRequest(division: .width(nanoseconds: 3_600_000_000_000), by: "level")
        _ = try history.json(request, .histogram(hours))
        #expect(history.statistics.eventsSearched.value < 3000)
        #expect(history.statistics.eventsMatched.value == Int(model.log.head))
    }

    @Test func `a cut histogram is put together from its parts`() throws {
        let (model, _) = try Self.model(seed: 5)
        var limits = HistoryLimits()
        limits.maxSearched = 1000
        var request = HistoryRequest(
            stream: "all", filter: "timeout", since: Timestamp(nanoseconds: HistoryModel.base),
            until: Timestamp(nanoseconds: HistoryModel.base + 86_400_000_000_000), order: .descending)
        let wanted = try model.matches(request).count
        var total = 0
        for _ in 0..<1000 {
            let part = try model.history(limits).json(
                request, .histogram(HistogramRequest(division: .buckets(10), by: "level")))
            total += try #require(part["total"] as? Int)
            guard let next = part["next"] as? String else { break }
            request.from = Position(next)
        }
        #expect(total == wanted && wanted > 0)
    }

    @Test(arguments: [UInt64(6), 7, 8])
    func `facets count every value exactly while there are few`(seed: UInt64) throws {
        let (model, generator) = try Self.model(seed: seed, onDisk: seed != 8)
        var random = generator
        for turn in 0..<12 {
            var request = model.randomRequest(using: &random)
            if turn % 3 == 0 { request.filter = "" }
            let names = [["level", "source"], ["host", "status", "user.name"], nil][turn % 3]
            let wanted = try model.matches(request)
            let answer = try model.history().json(request, .facets(names, limit: 5))
            #expect(answer["total"] as? Int == wanted.count)
            let facets = try #require(answer["facets"] as? [[String: Any]])
            if let names { #expect(facets.compactMap { $0["field"] as? String } == names) }
            for facet in facets {
                let field = try #require(facet["field"] as? String)
                var naive: [String: Int] = [:]
                for seq in wanted {
                    let (batch, index) = try model.event(seq)
                    let value = try Self.value(field, of: batch, index)
                    if value != "none" { naive[value, default: 0] += 1 }
                }
                let values = try #require(facet["values"] as? [[String: Any]])
                #expect(facet["approximate"] as? Bool == false && facet["distinct"] as? Int == naive.count)
                #expect(facet["present"] as? Int == naive.values.reduce(0, +))
                #expect(values.compactMap { $0["count"] as? Int } == naive.values.sorted(by: >).prefix(5).map { $0 })
                for value in values { #expect(naive[Self.text(value["value"])] == value["count"] as? Int) }
                let listed = values.compactMap { $0["count"] as? Int }.reduce(0, +)
                #expect(facet["other"] as? Int == naive.values.reduce(0, +) - listed)
            }
            if names == nil, wanted.count > 50, request.filter.isEmpty {
                #expect(facets.contains { $0["field"] as? String == "status" })
            }
        }
    }

    @Test func `a flood of values is counted in bounded memory, within the error that is told`() throws {
        let model = try HistoryModel(onDisk: false, memory: 1 << 30)
        for part in 0..<30 {
            var batch = EventBatch()
            let origin = batch.origin(Origin(source: "s", host: "h"))
            for index in 0..<2000 {
                let value = index % 4 == 0 ? "frequent" : "id-\(part)-\(index)"
                batch.append(
                    time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 1), level: .info, origin: origin,
                    message: Array("m".utf8).span, fields: Array("\"id\":\"\(value)\"".utf8).span)
            }
            _ = try model.log.append(batch, checkpoints: [])
        }
        let answer = try model.history().json(HistoryRequest(stream: "all", filter: ""), .facets(["id"], limit: 3))
        let facet = try #require((answer["facets"] as? [[String: Any]])?.first)
        let top = try #require((facet["values"] as? [[String: Any]])?.first)
        let count = try #require(top["count"] as? Int)
        let error = try #require(facet["error"] as? Int)
        let distinct = try #require(facet["distinct"] as? Int)
        #expect(facet["approximate"] as? Bool == true && top["value"] as? String == "frequent")
        #expect(count <= 15_000 && count + error >= 15_000 && error < 1000)
        #expect((40_000...50_000).contains(distinct))
        #expect(facet["present"] as? Int == 60_000)
    }

    @Test func `fields are listed with their types and how often they are there`() throws {
        let (model, _) = try Self.model(seed: 9)
        let request = HistoryRequest(stream: "all", filter: "-gap:*")
        let answer = try model.history().json(request, .fields)
        let total = try model.matches(request).count
        #expect(answer["total"] as? Int == total)
        let fields = try #require(answer["fields"] as? [[String: Any]])
        #expect(Set(fields.compactMap { $0["name"] as? String }) == ["unit", "status", "user.name"])
        let status = try #require(fields.first { $0["name"] as? String == "status" })
        #expect(status["presence"] as? Double == 1 && (status["types"] as? [String: Int]) == ["number": total])
        let distinct = try #require(status["distinct"] as? Int)
        #expect((270...340).contains(distinct))
        let user = try #require(fields.first { $0["name"] as? String == "user.name" })
        #expect(user["distinct"] as? Int == 1 && (0.4...0.6).contains(user["presence"] as? Double ?? 0))
    }
}

@Suite struct ExportTests {
    private static func model(_ messages: [String], fields: String = "") throws -> HistoryModel {
        let model = try HistoryModel(onDisk: false, memory: 1 << 30)
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "s", host: "h"))
        for message in messages {
            batch.append(
                time: Timestamp(nanoseconds: 0), received: Timestamp(nanoseconds: 0), level: .info, origin: origin,
                message: Array(message.utf8).span, fields: Array(fields.utf8).span)
        }
        _ = try model.log.append(batch, checkpoints: [])
        return model
    }

    private static func text(_ model: HistoryModel, _ format: ExportFormat, fields: [String]? = nil) throws -> String {
        let request = HistoryRequest(stream: "all", filter: "", fields: fields)
        return String(decoding: try model.history().answer(request, .export(format, limit: nil)).text, as: UTF8.self)
    }

    @Test(
        arguments: [
            ("plain", "plain"), ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@a", "\"'@a\""),
            ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("", ""),
        ])
    func `no cell of a table is a formula, and every other comes back as it was`(message: String, cell: String) throws {
        let table = try Self.text(try Self.model([message]), .csv, fields: [])
        #expect(table == "seq,time,level,source,host,message\r\n1,1970-01-01T00:00:00Z,info,s,h,\(cell)\r\n")
    }

    @Test func `columns are the fields that were asked for`() throws {
        let model = try Self.model(["m"], fields: "\"a\":\"=x\\n\\u00e9\",\"b\":{\"c\":-5},\"d\":[1,2]")
        let table = try Self.text(model, .csv, fields: ["b.c", "a", "none", "d"])
        #expect(table.hasPrefix("seq,time,level,source,host,message,b.c,a,none,d\r\n"))
        #expect(table.hasSuffix("info,s,h,m,\"'-5\",\"'=x\né\",,\"[1,2]\"\r\n"))
        #expect(try Self.text(model, .csv).contains(",m,\"{\"\"a\"\":\"\"=x"))
    }

    @Test func `text has a line per event and no control characters`() throws {
        let model = try Self.model(["a\u{1b}[31mred\nb\u{9b}c é"], fields: "\"n\":1,\"s\":\"x\"")
        #expect(
            try Self.text(model, .text, fields: ["n", "s"])
                == "1970-01-01T00:00:00Z info s h: a\\u001b[31mred\\nb\\u009bc é n=1 s=\"x\"\n")
    }

    @Test func `an export has everything, whatever searches may cost`() throws {
        var random = SeededGenerator(seed: 3)
        let model = try HistoryModel(onDisk: true, memory: 1)
        try model.fill(commits: 30, using: &random)
        var limits = HistoryLimits()
        limits.maxTime = .zero
        limits.maxSearched = 1
        let request = HistoryRequest(stream: "all", filter: "timeout")
        let lines = try model.history(limits).lines(request, .export(.ndjson, limit: nil))
        #expect(lines.dropLast().compactMap { ($0["seq"] as? Int).map(UInt64.init) } == (try model.matches(request)))
        #expect(lines.last?["complete"] as? Bool == true)
    }
}
