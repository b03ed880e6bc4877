import TailraceEvent

/// Decides which events stay when one of `oneOf` is enough: all errors and worse, the first of each kind of message,
/// and of the rest of each level one in every `oneOf`, at a random place among them.
///
/// So the number kept is exact, and events that come in a fixed order are not picked by their place in it.
struct StratifiedSample {
    enum Verdict { case severe, first, picked, leftOut }

    private struct Stratum {
        var passed = 0
        var pick = 0
    }

    private(set) var oneOf: Int
    private var patterns = PatternMemory()
    private var strata = [Stratum](repeating: Stratum(), count: LevelCounts.size)
    private var random: UInt64

    init(oneOf: Int, seed: UInt64) {
        self.oneOf = oneOf
        self.random = seed
        self.begin()
    }

    /// Goes on with another share; what was seen is not forgotten.
    mutating func change(oneOf: Int) {
        guard oneOf != self.oneOf else { return }
        self.oneOf = oneOf
        self.begin()
    }

    mutating func judge(level: UInt8, message: Span<UInt8>) -> Verdict {
        if level >= Level.error.rawValue { return .severe }
        if self.patterns.isFirst(MessagePattern.hash(message)) { return .first }
        let index = LevelCounts.index(level)
        let isPicked = self.strata[index].passed == self.strata[index].pick
        self.strata[index].passed += 1
        if self.strata[index].passed == self.oneOf { self.strata[index] = Stratum(pick: self.draw()) }
        return isPicked ? .picked : .leftOut
    }

    private mutating func begin() {
        for index in self.strata.indices { self.strata[index] = Stratum(pick: self.draw()) }
    }

    /// A number below `oneOf` (SplitMix64).
    private mutating func draw() -> Int {
        self.random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.random
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed.multipliedFullWidth(by: UInt64(self.oneOf)).high)
    }
}
