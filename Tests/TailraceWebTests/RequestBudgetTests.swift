import NIOCore
import TailraceWeb
import Testing

@Suite struct RequestBudgetTests {
    @Test func `a burst is free and then it takes time`() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var budget = RequestBudget(burst: 3, perSecond: 2, now: start)
        let waits: [TimeAmount] = [.zero, .zero, .zero, .zero, .milliseconds(499), .milliseconds(501)]
        var taken: [Bool] = []
        for wait in waits { taken.append(budget.take(now: start + wait)) }
        #expect(taken == [true, true, true, false, false, true])
        taken = []
        for _ in 0..<4 { taken.append(budget.take(now: start + .seconds(60))) }
        #expect(taken == [true, true, true, false])
    }
}
