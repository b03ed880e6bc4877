import TailraceEvent
import TailraceFleet
import TailraceLog
import TailraceTesting
import Testing

@Suite struct FleetWireTests {
    private static func message(_ block: FleetBlock) throws -> NatsMessage {
        guard var compressor = BlockCompressor() else { throw WireError.tooLarge }
        return try FleetWire.encode(block, subject: "tailrace.f.h.i", compressor: &compressor)
    }

    /// A block with rising numbers that leave some out.
    private static func block(_ count: Int, using random: inout SeededGenerator) -> (FleetBlock, [Sample]) {
        let samples = Sample.many(count, using: &random)
        var number = UInt64.random(in: 1...1_000_000, using: &random)
        let previous = number - 1
        var runs: [ClosedRange<UInt64>] = []
        for _ in 0..<count {
            FleetBlock.add(number, to: &runs)
            number += random.pick([1, 1, 1, 2, 700])
        }
        let block = FleetBlock(
            epoch: "abcdefghij", epochFirst: 1, previous: previous, numbers: runs, isResend: random.pick([true, false]),
            published: Timestamp(nanoseconds: 1_795_332_912_000_000_001), batch: EventBatch(samples))
        return (block, samples)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `every block comes back as it was, with its numbers`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for count in [1, 2, 50, 512] {
            let (block, samples) = Self.block(count, using: &random)
            let back = try FleetWire.decode(try Self.message(block))
            #expect(back.batch.samples == samples && back.numbers == block.numbers)
            #expect(back.epoch == block.epoch && back.epochFirst == 1 && back.previous == block.previous)
            #expect(back.published == block.published && back.isResend == block.isResend && !back.isGap)
        }
    }

    @Test func `a gap covers its range with one event`() throws {
        var batch = EventBatch()
        let gap = SourceGap(reason: "evicted", count: 91, from: "10", to: "100", message: "91 events are lost")
        let origin = batch.origin(Origin(source: "tailrace", host: "h"))
        batch.append(gap, origin: origin, at: Timestamp(nanoseconds: 1))
        let block = FleetBlock(
            epoch: "e1", epochFirst: 1, previous: 9, numbers: [10...100], isGap: true,
            published: Timestamp(nanoseconds: 1), batch: batch)
        let back = try FleetWire.decode(try Self.message(block))
        #expect(back.isGap && back.numbers == [10...100] && back.batch.count == 1)
        #expect(block.id(host: "db.1") == "gap:db%2E1:e1:10-100")
    }

    @Test func `N10 what is cut, changed or made up is refused and never trusted for a size`() throws {
        var random = SeededGenerator(seed: 5)
        let (block, _) = Self.block(50, using: &random)
        let whole = try Self.message(block)
        for _ in 0..<400 {
            var message = whole
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let length = Int.random(in: 0..<whole.payload.count, using: &random)
                message.payload = Array(message.payload.prefix(length))
            case 1:
                let index = Int.random(in: 0..<whole.payload.count, using: &random)
                message.payload[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2:
                let name = random.pick(whole.headers.keys.sorted())
                message.headers[name] = random.pick([
                    "", "0", "-1", "x", "18446744073709551615", "99999999999999999999", "9223372036854775807", "2",
                ])
            default: message.headers[random.pick(whole.headers.keys.sorted())] = nil
            }
            // Decoding may find nothing wrong where a changed byte is one of a text; it must not trap nor allocate.
            if let back = try? FleetWire.decode(message) {
                #expect(back.batch.count <= FleetLimits.maxEvents && back.first <= back.last)
            }
        }
        var large = whole
        large.headers["Tailrace-Bytes"] = String(FleetLimits.maxDecodedBytes + 1)
        #expect(throws: WireError.tooLarge) { try FleetWire.decode(large) }
        var later = whole
        later.headers["Tailrace-Version"] = "2"
        #expect(throws: WireError.version("2")) { try FleetWire.decode(later) }
        #expect(FleetWire.count(later) == nil && FleetWire.count(whole) == 50)
    }
}
