import TailraceFleet
import TailraceTesting
import Testing

@Suite struct HubIntakeTests {
    @Test(arguments: UInt64(1)...20)
    func `N5 each event of each host is seen once or in a gap, under one number on all hubs`(seed: UInt64) {
        var random = SeededGenerator(seed: seed &* 77)
        var model = FleetModel(seed: seed, hosts: 3, events: 300)
        var (steady, shaken) = (ModelHub(), ModelHub())
        for _ in 0..<10 {
            steady.read(model.stream)
            while shaken.intake.numbering.place < model.stream.count {
                let end = Int(shaken.intake.numbering.place) + .random(in: 1...40, using: &random)
                shaken.read(Array(model.stream.prefix(end)))
                shaken.restart()
            }
            #expect(steady.intake == shaken.intake)
            let holes = steady.intake.hosts.sorted { $0.key < $1.key }.flatMap { host in
                host.value.eras.flatMap { $0.missing.ranges }.map { (host.key, $0) }
            }
            if holes.isEmpty { break }
            for (host, range) in holes { model.answer(host, range) }
        }
        #expect(steady.intake.hosts.values.allSatisfy { $0.missing == 0 && $0.forgotten == 0 })
        #expect(steady.doubled.isEmpty && shaken.doubled.isEmpty)
        #expect(steady.seen == shaken.seen)
        let names = model.hosts.flatMap { host in
            (1...model.events).map { ModelHub.Name(host: host, number: $0) }
        }
        #expect(names.filter { !steady.accounts(for: $0) }.isEmpty)
    }

    @Test(arguments: UInt64(1)...5)
    func `a hub that begins at an anchor gives the numbers of those that were there before`(seed: UInt64) {
        let model = FleetModel(seed: seed, hosts: 4, events: 2000)
        var old = ModelHub()
        let middle = model.stream.count / 2
        old.read(Array(model.stream.prefix(middle)))
        var new = ModelHub(from: old.intake.numbering.anchor)
        let before = Set(old.seen.keys)
        old.read(model.stream)
        new.read(model.stream)
        #expect(old.intake.numbering.number == new.intake.numbering.number)
        #expect(new.seen.count > 1000)
        for (name, number) in old.seen where !before.contains(name) {
            // What a message that had overtaken others left behind is older than what the new hub serves.
            #expect(new.seen[name] ?? number == number)
        }
    }

    @Test func `a message that can't be read takes its numbers and nothing else`() {
        var intake = HubIntake(Numbering(.init(place: 0, number: 0)), isWhole: true)
        let bad = intake.take(.init(place: 1, host: "a", count: 1, block: nil))
        #expect(bad == HubIntake.Taken(firstNumber: 1, verdict: nil))
        let block = HostBlock(epoch: "e", epochFirst: 1, previous: 0, numbers: [1...2])
        let lying = intake.take(.init(place: 2, host: "a", count: 1, block: block))
        #expect(lying == HubIntake.Taken(firstNumber: 2, verdict: nil))
        let sound = intake.take(.init(place: 3, host: "a", count: 2, block: block))
        #expect(sound?.verdict?.isNew == [true, true])
        let again = intake.take(.init(place: 3, host: "a", count: 2, block: block))
        #expect(again == nil)
        #expect(intake.numbering.number == 4)
    }
}

@Suite struct HostLedgerTests {
    private static func block(
        _ numbers: [ClosedRange<UInt64>], after previous: UInt64, epoch: String = "e", isGap: Bool = false,
        isResend: Bool = false
    ) -> HostBlock {
        HostBlock(
            epoch: epoch, epochFirst: 1, previous: previous, numbers: numbers, isGap: isGap, isResend: isResend)
    }

    @Test func `a hole is found, filled by parts in any order, and closed by a gap`() {
        var ledger = HostLedger()
        let verdict1 = ledger.take(Self.block([5...6], after: 4))
        #expect(verdict1.opened.isEmpty)
        let verdict2 = ledger.take(Self.block([20...20], after: 19))
        #expect(verdict2.opened == [7...19])
        let verdict3 = ledger.take(Self.block([10...12], after: 9, isResend: true))
        #expect(verdict3.isNew == [true, true, true])
        #expect(ledger.eras[0].missing.ranges == [7...9, 13...19])
        let across = ledger.take(Self.block([6...7, 9...10], after: 5, isResend: true))
        #expect(across.isNew == [false, true, true, false] && across.fills)
        let gap = Self.block([8...19], after: 0, isGap: true)
        let verdict4 = ledger.take(gap)
        #expect(verdict4.isNew == [true])
        #expect(ledger.missing == 0)
        let verdict5 = ledger.take(gap)
        #expect(verdict5.isNew == [false])
        let verdict6 = ledger.take(Self.block([13...13], after: 12, isResend: true))
        #expect(verdict6.isNew == [false])
        let verdict7 = ledger.take(Self.block([21...21], after: 20))
        #expect(verdict7.opened.isEmpty)
    }

    @Test func `messages of one chunk interleave, and one that is lost is found with the next chunk`() {
        var ledger = HostLedger()
        let verdict8 = ledger.take(Self.block([1...1, 3...3, 7...7], after: 0))
        #expect(verdict8.isNew == [true, true, true])
        let verdict9 = ledger.take(Self.block([2...2, 6...6], after: 0))
        #expect(verdict9.isNew == [true, true])
        let verdict10 = ledger.take(Self.block([2...2, 6...6], after: 0))
        #expect(verdict10.isNew == [false, false])
        #expect(ledger.eras[0].through == 3 && ledger.eras[0].early.ranges == [6...7])
        #expect(HostLedger(stored: ledger.stored) == ledger)
        let next = ledger.take(Self.block([9...9], after: 8))
        #expect(next.opened == [4...5, 8...8] && ledger.eras[0].through == 9)
        #expect(HostLedger(stored: ledger.stored) == ledger)
    }

    @Test func `a hub that was there from the beginning misses what came before the first message of a host`() {
        var ledger = HostLedger()
        let first = ledger.take(Self.block([101...101], after: 100), isWhole: true)
        #expect(first.opened == [1...100])
    }

    @Test func `a hub knows nothing of what a host published before the hub began`() {
        var ledger = HostLedger()
        let verdict11 = ledger.take(Self.block([3...4], after: 2, isResend: true))
        #expect(verdict11.isNew == [false, false])
        let verdict12 = ledger.take(Self.block([1...2], after: 0, isGap: true))
        #expect(verdict12.isNew == [false])
        #expect(ledger.eras.isEmpty)
        let first = ledger.take(Self.block([101...101], after: 100))
        #expect(first == .init(isNew: [true]))
    }

    @Test func `a log that a host has anew begins at its beginning, and late messages of the old one are known`() {
        var ledger = HostLedger()
        _ = ledger.take(Self.block([9...9], after: 8))
        let verdict13 = ledger.take(Self.block([3...3], after: 2, epoch: "f"))
        #expect(verdict13.opened == [1...2])
        let verdict14 = ledger.take(Self.block([9...9], after: 8))
        #expect(verdict14.isNew == [false])
        let verdict15 = ledger.take(Self.block([12...12], after: 11))
        #expect(verdict15.opened == [10...11])
        #expect(HostLedger(stored: ledger.stored) == ledger)
        for number in 0..<20 { _ = ledger.take(Self.block([1...1], after: 0, epoch: "\(number)")) }
        #expect(ledger.eras.count == 8 && ledger.forgotten == 4)
    }

    @Test(arguments: UInt64(1)...5)
    func `a set of numbers is what a plain set is`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (set, plain) = (NumberSet(), Set<UInt64>())
        for _ in 0..<300 {
            let low = UInt64.random(in: 1...60, using: &random)
            let range = low...low + .random(in: 0...8, using: &random)
            if Bool.random(using: &random) {
                set.insert(range)
                plain.formUnion(range)
            } else {
                set.remove(range)
                plain.subtract(range)
            }
            #expect((0...70).allSatisfy { set.contains($0) == plain.contains($0) })
            #expect(set.count == UInt64(plain.count) && NumberSet(text: set.text) == set)
            #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        }
    }
}

@Suite struct NumberingTests {
    @Test func `anchors are compared as they are passed, and a hub that missed messages comes back at the next`() {
        var all = Numbering(.init(place: 0, number: 0))
        var lacking = all
        var kept: [UInt64: UInt64] = [:]
        for place in UInt64(1)...3500 {
            if let due = all.anchorDue(before: place) { kept[due.place] = due.number }
            let isTaken = all.take(place: place, count: 3)
            #expect(isTaken)
            if place.isMultiple(of: 1000), let agreed = kept[place - 1000] { #expect(agreed == (place - 1000) * 3) }
            if (1200...1210).contains(place) { continue }
            if let due = lacking.anchorDue(before: place), let agreed = kept[due.place] {
                let skipped = lacking.agree(agreed)
                #expect(skipped == (due.place == 2000 ? 33 : 0))
            }
            _ = lacking.take(place: place, count: 3)
        }
        #expect(kept.keys.sorted() == [1000, 2000, 3000])
        #expect(all.number == lacking.number && lacking.missed == 11)
        let isTakenAgain = all.take(place: 3500, count: 3)
        #expect(!isTakenAgain)
    }

    @Test func `an epoch is the same for one stream and another one for the next`() {
        let name = StreamEpoch.name(stream: "tailrace_prod", created: 1, origin: "a")
        #expect(name == StreamEpoch.name(stream: "tailrace_prod", created: 1, origin: "a") && name.count == 10)
        #expect(name != StreamEpoch.name(stream: "tailrace_prod", created: 2, origin: "a"))
        #expect(name != StreamEpoch.name(stream: "tailrace_prod", created: 1, origin: "b"))
        #expect(name != StreamEpoch.name(stream: "tailrace_test", created: 1, origin: "a"))
    }
}
