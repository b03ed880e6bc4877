import Testing

@testable import TailraceInput

@Suite struct RotationPlanTests {
    private func identity(_ name: String) -> FileIdentity { FileIdentity(text: name) }

    private func remembered(
        _ name: String, generation: UInt64, offset: UInt64 = 100, drained: Bool = false, followed: Bool = false
    ) -> RotationPlan.Remembered {
        RotationPlan.Remembered(
            identity: self.identity(name), generation: generation, birth: Int64(generation) * 10, offset: offset,
            isRecognisable: offset > 0, isDrained: drained, isFollowed: followed)
    }

    private func found(
        _ name: String, birth: Int64, size: UInt64 = 200, current: Bool = false, rotation: Bool = true,
        holds: [String] = []
    ) -> RotationPlan.Found {
        RotationPlan.Found(
            identity: self.identity(name), name: Array(name.utf8), birth: birth, modified: birth, size: size,
            isCurrent: current, isRotation: rotation, holds: Set(holds.map { self.identity($0) }))
    }

    @Test func `F2 several rotations while stopped are read oldest first`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1)],
            found: [
                self.found("new", birth: 40, current: true), self.found("m2", birth: 30), self.found("m1", birth: 20),
                self.found("k", birth: 10, holds: ["k"]),
            ],
            since: 0)
        #expect(
            plan.steps == [
                .resume(found: 3, remembered: 0), .readWhole(found: 2), .readWhole(found: 1), .readWhole(found: 0),
            ])
    }

    @Test func `F2 a file that is gone is a loss, told before what follows`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1)],
            found: [self.found("new", birth: 40, current: true), self.found("m", birth: 20)],
            since: 0)
        #expect(plan.steps == [.lost(remembered: 0, .vanished), .readWhole(found: 1), .readWhole(found: 0)])
    }

    @Test func `F2 a file that was only seen does not prove that the one before it was read`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1), self.remembered("n", generation: 2, offset: 0)],
            found: [self.found("n", birth: 20, current: true, holds: ["n"])],
            since: 0)
        #expect(plan.steps == [.lost(remembered: 0, .vanished), .resume(found: 0, remembered: 1)])
    }

    @Test func `F4 a copy that is older by its date is read first, although it was born later`() {
        let plan = RotationPlan(
            remembered: [],
            found: [
                self.found("a.log", birth: 40, current: true), self.found("a.log-20261122-0702", birth: 10),
                self.found("a.log-20261122-0701", birth: 20),
            ],
            since: 0)
        #expect(plan.steps == [.readWhole(found: 2), .readWhole(found: 1), .readWhole(found: 0)])
    }

    @Test func `a file that was read to its end and has gone is no loss`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1, drained: true)],
            found: [self.found("new", birth: 40, current: true)],
            since: 0)
        #expect(plan.steps == [.forget(remembered: 0), .readWhole(found: 0)])
    }

    @Test func `F6 a file written anew is read from its beginning after a loss is told`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1)], found: [self.found("k", birth: 10, current: true)],
            since: 0)
        #expect(plan.steps == [.lost(remembered: 0, .truncated), .readWhole(found: 0)])
    }

    @Test func `F4 the copy of a truncated file is read from where the file was left`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1)],
            found: [self.found("k", birth: 10, current: true), self.found("copy", birth: 30, holds: ["k"])],
            since: 0)
        #expect(plan.steps == [.resume(found: 1, remembered: 0), .readWhole(found: 0)])
    }

    @Test func `a copy of a file that is still read is not read`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1, followed: true)],
            found: [self.found("new", birth: 40, current: true), self.found("copy", birth: 30, holds: ["k"])],
            since: 0)
        #expect(plan.steps == [.readWhole(found: 0)])
    }

    @Test func `older files that were never followed stay unread`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 2, followed: true)],
            found: [
                self.found("new", birth: 40, current: true), self.found("old", birth: 5),
                self.found("other", birth: 30, rotation: false),
            ],
            since: 0)
        #expect(plan.steps == [.readWhole(found: 0)])
    }

    @Test func `of files without a birth time those changed since count`() {
        var stale = self.found("stale", birth: 0)
        stale.modified = 99
        var fresh = self.found("fresh", birth: 0)
        fresh.modified = 100
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1, followed: true)],
            found: [self.found("new", birth: 140, current: true), stale, fresh], since: 100)
        #expect(plan.steps == [.readWhole(found: 2), .readWhole(found: 0)])
    }

    @Test func `files born in one tick are ordered by their names`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1, followed: true)],
            found: [
                self.found("a.log", birth: 40, current: true), self.found("a.log.1", birth: 40),
                self.found("a.log.10", birth: 40), self.found("a.log.2", birth: 40),
            ],
            since: 0)
        #expect(plan.steps.map(\.self) == [2, 3, 1, 0].map { .readWhole(found: $0) })
    }

    @Test func `a path nothing was read at begins with what was rotated away since somebody watched`() {
        let plan = RotationPlan(
            remembered: [],
            found: [
                self.found("a.log", birth: 40, current: true), self.found("a.log.1", birth: 30),
                self.found("a.log.2", birth: 10),
            ],
            since: 20)
        #expect(plan.steps == [.readWhole(found: 1), .readWhole(found: 0)])
    }

    @Test func `a file of which nothing was read may have been emptied into a copy`() {
        let plan = RotationPlan(
            remembered: [self.remembered("k", generation: 1, offset: 0)],
            found: [self.found("k", birth: 10, current: true, holds: ["k"]), self.found("copy", birth: 30)], since: 20)
        #expect(plan.steps == [.readWhole(found: 1), .resume(found: 0, remembered: 0)])
    }
}
