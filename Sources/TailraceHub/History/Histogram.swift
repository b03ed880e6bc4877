internal import TailraceEvent
internal import TailraceLog

/// How `/api/v1/histogram` divides time, and by what.
package struct HistogramRequest: Sendable {
    package enum Division: Sendable {
        /// About so many, of a width that people expect.
        case buckets(Int)
        case width(nanoseconds: Int64)
    }

    package var division: Division
    /// A field, `level` above all.
    package var by: String

    package static let maxBuckets = 2000

    package init(division: Division, by: String) {
        self.division = division
        self.by = by
    }
}

/// Counts of events by time, and in each bucket by level or another field.
///
/// Buckets are aligned to the clock in UTC, so that answers to neighbouring ranges can be put together. Blocks that lie
/// in one bucket are counted without being read where the field allows it.
final class Histogram: HistoryOutput {
    var text: [UInt8] = []
    private let request: HistogramRequest
    private let picker: FieldPicker
    private var start: Int64 = 0
    private var width: Int64 = 1
    private var bucketCount = 0
    private var totals: [Int] = []
    private var outside = 0
    /// Counts by bucket of each value, in the order they came.
    private var series: [[Int]] = []
    private var index = ByteIndex()
    private var absent: [Int] = []
    private var other: [Int] = []
    private var hasGivenUp = false

    /// Values with counts of their own, of which the most frequent are told.
    private static let maxSeries = 128
    private static let toldSeries = 12
    private static let maxValueBytes = 256

    init(_ request: HistogramRequest) {
        self.request = request
        self.picker = FieldPicker([request.by])
    }

    func begin(_ query: HistoryQuery, log: EventLog) throws(LogError) {
        var times = query.times
        if query.times.lowerBound == .min || query.times.upperBound == .max, let known = try log.times() {
            let low = times.lowerBound == .min ? known.lowerBound : times.lowerBound
            // A chart of the last hour ends now, one of everything where the log ends.
            let open = times.lowerBound == .min ? known.upperBound : Timestamp.now().nanoseconds
            times = low...max(low, times.upperBound == .max ? open : times.upperBound)
        }
        guard query.range != nil, times != HistoryQuery.anyTime else { return }
        self.width = Self.width(for: times, self.request.division)
        self.start = Self.floored(times.lowerBound, self.width)
        let span = times.upperBound.subtractingReportingOverflow(self.start)
        // A width that was too small is refused before a search begins, where both ends are known; here the log's own
        // bounds count, and what does not fit is told as outside.
        let count = span.overflow ? Int64(HistogramRequest.maxBuckets) : span.partialValue / self.width + 1
        self.bucketCount = Int(min(count, Int64(HistogramRequest.maxBuckets)))
        self.totals = Array(repeating: 0, count: self.bucketCount)
        self.absent = self.totals
        self.other = self.totals
    }

    static func width(for times: ClosedRange<Int64>, _ division: HistogramRequest.Division) -> Int64 {
        switch division {
        case .width(let nanoseconds): return nanoseconds
        case .buckets(let wanted):
            let span = times.upperBound.subtractingReportingOverflow(times.lowerBound)
            let least = (span.overflow ? Int64.max : span.partialValue) / Int64(wanted)
            return Self.widths.first { $0 > least } ?? Self.widths[Self.widths.count - 1]
        }
    }

    /// Widths that divide the next larger unit, from a millisecond to 2000 days.
    private static let widths: [Int64] = {
        let second: Int64 = 1_000_000_000
        let parts = [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * (second / 1000) }
        let seconds = [1, 2, 5, 10, 15, 30].map { $0 * second }
        let minutes = [1, 2, 5, 10, 15, 30].map { $0 * 60 * second }
        let hours = [1, 2, 3, 6, 12].map { $0 * 3600 * second }
        let days = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map { $0 * 86_400 * second }
        return parts + seconds + minutes + hours + days
    }()

    private static func floored(_ time: Int64, _ width: Int64) -> Int64 {
        let rest = time % width
        let floored = time.subtractingReportingOverflow(rest < 0 ? rest + width : rest)
        return floored.overflow ? time : floored.partialValue
    }

    private func bucket(of time: Int64) -> Int? {
        let distance = time.subtractingReportingOverflow(self.start)
        guard !distance.overflow, distance.partialValue >= 0 else { return nil }
        let bucket = distance.partialValue / self.width
        return bucket < Int64(self.bucketCount) ? Int(bucket) : nil
    }

    // MARK: Counting

    func counts(_ digest: BlockDigest) -> Bool {
        guard self.picker.areAllInDigest, let bucket = self.bucket(of: digest.times.lowerBound),
            bucket == self.bucket(of: digest.times.upperBound)
        else { return false }
        return self.request.by == "level" || digest.originCounts != nil
    }

    func take(_ digest: BlockDigest) {
        guard let bucket = self.bucket(of: digest.times.lowerBound) else { return }
        self.totals[bucket] += Int(digest.last - digest.first + 1)
        if self.request.by == "level" {
            self.addLevels(digest.levelCounts, in: bucket)
        } else {
            for entry in digest.originCounts ?? [] {
                let value = self.request.by == "host" ? entry.origin.host : entry.origin.source
                self.add(Self.json(value).span, in: bucket, count: entry.count)
            }
        }
    }

    private func addLevels(_ counts: [Int], in bucket: Int) {
        self.absent[bucket] += counts[0]
        for level in Level.allCases where counts[Int(level.rawValue)] > 0 {
            self.add(Self.json(level.name).span, in: bucket, count: counts[Int(level.rawValue)])
        }
    }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        let bytes = block.batch.bytes.span
        for index in hits {
            let record = block.batch.records[index]
            guard let bucket = self.bucket(of: record.time) else {
                self.outside += 1
                continue
            }
            self.totals[bucket] += 1
            var isPresent = false
            self.picker.forEachValue(of: record, origin: block.batch.origins[Int(record.origin)], in: bytes) {
                number, value, kind in
                guard !isPresent else { return }
                isPresent = true
                self.add(value, kind, in: bucket)
            }
            if !isPresent { self.absent[bucket] += 1 }
        }
        return hits.count
    }

    private func add(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, in bucket: Int) {
        guard kind != .object, kind != .array, value.count <= Self.maxValueBytes else {
            self.other[bucket] += 1
            return
        }
        guard kind == .string else { return self.add(value, in: bucket, count: 1) }
        var json: [UInt8] = []
        json.append("\"")
        if self.request.by == "source" || self.request.by == "host" {
            JSONText.appendEscaped(value, to: &json)
        } else {
            json.append(value)
        }
        json.append("\"")
        self.add(json.span, in: bucket, count: 1)
    }

    private func add(_ json: Span<UInt8>, in bucket: Int, count: Int) {
        let hash = ByteIndex.hash(json)
        if let number = self.index.number(of: json, hash: hash) {
            self.series[number][bucket] += count
        } else if self.series.count < Self.maxSeries {
            _ = self.index.add(json, hash: hash)
            self.series.append(Array(repeating: 0, count: self.bucketCount))
            self.series[self.series.count - 1][bucket] = count
        } else {
            self.hasGivenUp = true
            self.other[bucket] += count
        }
    }

    private static func json(_ value: String) -> [UInt8] {
        var json: [UInt8] = []
        JSONText.append(value, to: &json)
        return json
    }

    // MARK: The answer

    func end(_ end: HistoryEnd) {
        var object = JSONObject()
        object.member("since", Timestamp(nanoseconds: self.start).rfc3339)
        object.member("until", Timestamp(nanoseconds: self.edge(self.bucketCount)).rfc3339)
        object.member("width_ms", Double(self.width) / 1e6)
        object.member("total", self.totals.reduce(0, +))
        object.member("outside", self.outside)
        object.member(
            "buckets",
            objects: self.totals.indices.map { bucket in
                {
                    $0.member("time", Timestamp(nanoseconds: self.edge(bucket)).rfc3339)
                    $0.member("count", self.totals[bucket])
                }
            })
        object.member("by", self.request.by)
        object.member("approximate", self.hasGivenUp)
        object.member("series", objects: self.told().map { series in { series.write(into: &$0) } })
        end.write(into: &object)
        self.text += object.finish()
        self.text.append("\n")
    }

    private func edge(_ bucket: Int) -> Int64 {
        let distance = Int64(bucket).multipliedReportingOverflow(by: self.width)
        let edge = self.start.addingReportingOverflow(distance.partialValue)
        return distance.overflow || edge.overflow ? .max : edge.partialValue
    }

    private struct Series {
        /// JSON text; nil for all other values together.
        var value: [UInt8]?
        var counts: [Int]

        func write(into object: inout JSONObject) {
            if let value = self.value { object.member("value", json: value) } else { object.member("other", true) }
            object.member("count", self.counts.reduce(0, +))
            var text: [UInt8] = []
            for count in self.counts {
                text.append(text.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
                text.appendDecimal(UInt64(count))
            }
            if text.isEmpty { text.append("[") }
            text.append("]")
            object.member("counts", json: text)
        }
    }

    /// The most frequent values, then those without one (`null`), then all others together.
    private func told() -> [Series] {
        let sums = self.series.map { $0.reduce(0, +) }
        let order = self.series.indices.sorted {
            sums[$0] != sums[$1]
                ? sums[$0] > sums[$1] : self.index.string($0).lexicographicallyPrecedes(self.index.string($1))
        }
        var told = order.prefix(Self.toldSeries).map {
            Series(value: Array(self.index.string($0)), counts: self.series[$0])
        }
        var other = self.other
        for number in order.dropFirst(Self.toldSeries) {
            for bucket in other.indices { other[bucket] += self.series[number][bucket] }
        }
        if self.absent.contains(where: { $0 > 0 }) {
            told.append(Series(value: Array("null".utf8), counts: self.absent))
        }
        if other.contains(where: { $0 > 0 }) { told.append(Series(value: nil, counts: other)) }
        return told
    }
}
