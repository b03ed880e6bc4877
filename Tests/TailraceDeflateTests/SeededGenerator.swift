/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Text like log lines: words that repeat, with numbers that don't.
    mutating func text(words: Int) -> [UInt8] {
        let known = ["error", "GET", "/cart", "upstream", "timed", "out", "status=504", "é", "{\"seq\":", "nginx"]
        return Array(
            (0..<words).map { _ in
                Bool.random(using: &self)
                    ? known.randomElement(using: &self)! : String(UInt16.random(in: 0...9999, using: &self))
            }.joined(separator: " ").utf8)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }
}
