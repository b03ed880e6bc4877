import Testing

@testable import TailraceDaemon

struct DescriptorBudgetTests {
    @Test(arguments: [
        (16_384, 65_536, 16_384, false), (16_384, 16_384, 15_360, true), (16_384, 1024, 512, true),
        (100, 1024, 100, false), (16_384, 1, 1, true), (16_384, Int.max, 16_384, false),
    ])
    func `P5 connections leave descriptors for all else`(wanted: Int, limit: Int, held: Int, isTold: Bool) {
        let budget = DescriptorBudget(wanted: wanted, limit: limit)
        #expect(budget.connections == held && (budget.notice != nil) == isTold)
        if let notice = budget.notice { #expect(notice.contains("LimitNOFILE") && notice.contains("\(held)")) }
    }
}
