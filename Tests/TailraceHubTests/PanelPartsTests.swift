import TailraceTesting
import Testing

@testable import TailraceHub

struct PanelPartsTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a sketch tells every quantile within one percent`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sketches = (QuantileSketch(), QuantileSketch())
        var values: [Double] = []
        for _ in 0..<Int.random(in: 1...3000, using: &random) {
            // Three decades of either sign, and zeros.
            let magnitude = Double.random(in: 1...1000, using: &random)
            let value = random.pick([magnitude, magnitude, -magnitude, 0])
            values.append(value)
            if Bool.random(using: &random) { sketches.0.add(value) } else { sketches.1.add(value) }
        }
        sketches.0.merge(sketches.1)
        values.sort()
        for share in [0, 0.05, 0.5, 0.9, 0.95, 0.99, 1] {
            let exact = values[Int(share * Double(values.count - 1))]
            let told = try #require(sketches.0.quantile(share))
            #expect(abs(told - exact) <= abs(exact) * 0.010_001, "seed \(seed), \(share)")
        }
    }

    @Test func `a sketch is bounded and keeps its upper quantiles, however far values lie apart`() throws {
        var sketch = QuantileSketch()
        for exponent in -300...300 {
            for digit in 1...9 { sketch.add(Double("\(digit)e\(exponent)") ?? 1) }
        }
        #expect(sketch.quantile(1).map { abs($0 - 9e300) <= 9e300 * 0.010_001 } == true)
        #expect(MemoryLayout<QuantileSketch>.size < 64)
        #expect(QuantileSketch().quantile(0.5) == nil)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `counts by name are exact up to the limit, then at most what is admitted too high`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = 20
        var bucket = KeyedBucket()
        var truth: [Int: UInt64] = [:]
        for number in 0..<5000 {
            // Few names are frequent, many come once.
            let key = Bool.random(using: &random) ? Int.random(in: 0..<8, using: &random) : 100 + number
            truth[key, default: 0] += 1
            _ = bucket.add(0, key: key, at: 0, function: .count, limit: limit, whenFull: .replaceRarest)
            if truth.count <= limit { #expect(!bucket.isApproximate) }
        }
        #expect(bucket.isApproximate && bucket.cells.count == limit)
        #expect(bucket.cells.reduce(0) { $0 + $1.weight } == 5000)
        for cell in bucket.cells {
            let exact = truth[cell.key] ?? 0
            #expect(cell.weight >= exact && cell.weight - cell.inherited <= exact, "seed \(seed)")
        }
        for (key, count) in truth where count > 5000 / UInt64(limit) {
            #expect(bucket.cells.contains { $0.key == key }, "seed \(seed): \(count) of \(key)")
        }
    }

    @Test func `names beyond the limit are counted together`() {
        var bucket = KeyedBucket()
        var admissions: [KeyedBucket.Admission] = []
        for key in [1, 2, 3, 1, 3] {
            admissions.append(bucket.add(5, key: key, at: 9, function: .sum, limit: 2, whenFull: .countTogether))
        }
        #expect(admissions == [.new, .new, .refused, .known, .refused])
        #expect(bucket.rest.value(.sum) == 10 && bucket.cells[0].values.value(.avg) == 5)
    }

    @Test func `a name is forgotten with the last bucket that has it`() {
        var keys = KeyTable()
        let web = keys.number(of: Array("web".utf8))
        keys.settle(web, .new)
        keys.settle(keys.number(of: Array("web".utf8)), .new)
        let other = keys.number(of: Array("db".utf8))
        keys.settle(other, .refused)
        #expect(keys.count == 1)
        keys.release(web)
        #expect(keys.name(of: web) == Array("web".utf8))
        keys.settle(keys.number(of: Array("db".utf8)), .replaced(web))
        #expect(keys.count == 1)
    }

    @Test func `a window moves in whole buckets and never back`() {
        let second: Int64 = 1_000_000_000
        var ring = WindowRing(window: .seconds(900), maxBuckets: 300, endingAt: 1000 * second + 5)
        #expect(ring.width == 5 * second && ring.count == 180)
        #expect(ring.from == (1000 - 179 * 5) * second && ring.end == 1005 * second)
        ring.update(at: 1001 * second) { $0.missing += 1 }
        ring.update(at: ring.from - 1) { _ in Issue.record("before the window") }
        ring.update(at: ring.end) { _ in Issue.record("behind the window") }
        var left: UInt64 = 0
        ring.advance(to: 1900 * second) { left += $0.missing }
        #expect(left == 1 && ring.end == 1905 * second)
        ring.advance(to: 0) { _ in Issue.record("moved back") }
        ring.advance(to: 1_000_000 * second) { _ in }
        #expect(ring.inOrder.count == 180 && ring.inOrder.allSatisfy { $0.missing == 0 })
        let day = WindowRing(window: .seconds(86_400), maxBuckets: 60, endingAt: 0)
        #expect(day.count == 48 && day.width == 1800 * second)
    }

    @Test(arguments: [
        (0.0, "0"), (-3, "-3"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), (1e20, "1e+20"), (1234567.891, "1234567.891"),
        (1.0 / 3, "0.333333333333"),
    ])
    func `numbers are written short and as JSON`(value: Double, text: String) {
        var written: [UInt8] = []
        PanelText.append(value, to: &written)
        #expect(String(decoding: written, as: UTF8.self) == text)
    }
}
