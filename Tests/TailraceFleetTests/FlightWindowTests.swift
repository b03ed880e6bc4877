import TailraceFleet
import TailraceTesting
import Testing

@Suite struct FlightWindowTests {
    private static func entry(_ number: Int, through: UInt64?) -> FlightWindow.Entry {
        FlightWindow.Entry(
            id: "m\(number)", message: NatsMessage(subject: "s", payload: [1, 2, 3]), events: 1, through: through,
            published: .now)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `N2 N4 the place never passes what is not acknowledged, however acknowledgements come`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = FlightWindow(through: 0)
        var open: [Int] = []
        var (added, through) = (0, [UInt64?]())
        for _ in 0..<2000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where window.count < 20:
                // Blocks of one chunk: only the last one moves the place.
                let place: UInt64? = Bool.random(using: &random) ? UInt64(added + 1) : nil
                through.append(place)
                window.add(Self.entry(added, through: place))
                open.append(added)
                added += 1
            case 1 where !open.isEmpty:
                let index = Int.random(in: 0..<open.count, using: &random)
                let (first, second) = (
                    window.acknowledge("m\(open[index])"), window.acknowledge("m\(open[index])")
                )
                #expect(first && !second)
                open.remove(at: index)
            case 2 where !open.isEmpty:
                window.fail("m\(random.pick(open))")
            case 3:
                if Int.random(in: 0..<10, using: &random) == 0 { window.failAll() }
                while let again = window.retry(at: .now) { #expect(open.contains { "m\($0)" == again.id }) }
            default: break
            }
            let first = open.min() ?? added
            let expected = through[..<first].compactMap { $0 }.last ?? 0
            #expect(window.acknowledgedThrough == expected)
            #expect(window.bytes == open.count * 3)
        }
    }

    @Test func `what failed comes again in its order, and once`() {
        var window = FlightWindow(through: 0)
        for number in 0..<4 { window.add(Self.entry(number, through: UInt64(number + 1))) }
        window.acknowledge("m1")
        window.failAll()
        #expect(window.oldestPublished == nil && window.hasFailed)
        let again = (0..<4).map { _ in window.retry(at: .now)?.id }
        #expect(again == ["m0", "m2", "m3", nil] && !window.hasFailed)
        #expect(window.holds("m0") && !window.holds("m9"))
    }
}

@Suite struct CatchUpPaceTests {
    @Test func `N1 a backlog gets smaller at the rate, however much comes new`() {
        for arriving in [0, 500, 50_000] {
            var pace = CatchUpPace(rate: 1000)
            var now = ContinuousClock.now
            var (head, cursor) = (UInt64(1_000_000), UInt64(0))
            _ = pace.allowance(head: head, behind: head, at: now)
            for _ in 0..<100 {
                now += .milliseconds(100)
                head += UInt64(arriving / 10)
                let allowed = pace.allowance(head: head, behind: head - cursor, at: now)
                let sent = min(allowed, Int(head - cursor))
                pace.spend(sent)
                cursor += UInt64(sent)
            }
            let gained = Int(cursor) - arriving * 10
            // Ten seconds' worth, and the one that is granted at the beginning.
            #expect((10_000...11_100).contains(gained), "\(arriving): \(gained)")
        }
    }

    @Test func `at the edge all that comes leaves at once`() {
        var pace = CatchUpPace(rate: 10)
        var now = ContinuousClock.now
        var head: UInt64 = 5
        _ = pace.allowance(head: head, behind: 0, at: now)
        for _ in 0..<50 {
            now += .milliseconds(1)
            head += 300
            let allowed = pace.allowance(head: head, behind: 300, at: now)
            #expect(allowed >= 300)
            pace.spend(300)
        }
        #expect(pace.millisecondsUntilCredit <= 101)
    }

    @Test func `no rate is no limit`() {
        var pace = CatchUpPace(rate: 0)
        let allowed = pace.allowance(head: 9, behind: 9, at: .now)
        #expect(allowed == .max && pace.millisecondsUntilCredit == 0)
    }
}

@Suite struct BackoffTests {
    @Test func `N12 a hundred hosts that lost one server spread over the time, and later over more`() {
        var random = SeededGenerator(seed: 12)
        var hosts = Array(repeating: Backoff(), count: 100)
        for attempt in 0..<8 {
            let limit = min(30_000, 1000 << attempt)
            let pauses = hosts.indices.map { hosts[$0].next(using: &random) }
            #expect(pauses.allSatisfy { (0...limit).contains($0) })
            // In no tenth of the time come more than a third.
            for tenth in 0..<10 {
                let span = limit * tenth / 10..<limit * (tenth + 1) / 10
                #expect(pauses.count { span.contains($0) } < 34, "attempt \(attempt)")
            }
        }
        hosts[0].succeeded()
        let pause = hosts[0].next(using: &random)
        #expect(pause <= 1000)
    }
}
