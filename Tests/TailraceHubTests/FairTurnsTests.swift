import TailraceHub
import TailraceTesting
import Testing

struct FairTurnsTests {
    @Test func `one with many searches gets no more than one with a single search`() throws {
        var turns = FairTurns<Int>(atOnce: 1)
        for work in 0..<30 { turns.add(work, of: "heavy") }
        turns.add(0, of: "light")
        var taken: [String: Duration] = [:]
        for _ in 0..<400 {
            let turn = turns.next()
            let (owner, work) = try #require(turn)
            // Steps of the one take longer, so he has fewer.
            let time = Duration.milliseconds(owner == "heavy" ? 15 : 5)
            taken[owner, default: .zero] += time
            turns.end(of: owner, after: time)
            turns.add(work, of: owner)
        }
        let (heavy, light) = (try #require(taken["heavy"]), try #require(taken["light"]))
        #expect((heavy - light).magnitude <= .milliseconds(15), "\(heavy) and \(light)")
    }

    @Test func `whoever comes anew waits for no debts of others and has saved nothing up`() throws {
        var turns = FairTurns<Int>(atOnce: 1)
        turns.add(0, of: "old")
        for _ in 0..<50 {
            let turn = turns.next()
            let (owner, work) = try #require(turn)
            turns.end(of: owner, after: .milliseconds(10))
            turns.add(work, of: owner)
        }
        turns.add(1, of: "new")
        var order: [String] = []
        for _ in 0..<6 {
            let turn = turns.next()
            let (owner, work) = try #require(turn)
            order.append(owner)
            turns.end(of: owner, after: .milliseconds(10))
            turns.add(work, of: owner)
        }
        // Between equals the name decides.
        #expect((3...4).contains(order.filter { $0 == "new" }.count), "\(order)")
    }

    @Test func `no more run at once than may, and all that was added is done once`() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededGenerator(seed: seed)
        var turns = FairTurns<Int>(atOnce: 3)
        var running: [(String, Int)] = []
        var (added, done): (Int, [Int]) = (0, [])
        for _ in 0..<5000 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where added < 1000:
                turns.add(added, of: "owner \(Int.random(in: 0..<5, using: &random))")
                added += 1
            case 1:
                if let (owner, work) = turns.next() { running.append((owner, work)) }
            default:
                guard let place = running.indices.randomElement(using: &random) else { continue }
                let (owner, work) = running.remove(at: place)
                done.append(work)
                turns.end(of: owner, after: .milliseconds(Int.random(in: 0..<20, using: &random)))
            }
            #expect(turns.running == running.count && running.count <= 3, "seed \(seed)")
        }
        for (owner, _) in running { turns.end(of: owner, after: .zero) }
        done += running.map(\.1)
        while let (owner, work) = turns.next() {
            done.append(work)
            turns.end(of: owner, after: .zero)
        }
        #expect(done.sorted() == Array(0..<added) && turns.waiting == 0, "seed \(seed)")
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
