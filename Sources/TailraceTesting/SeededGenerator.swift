/// Random numbers for tests, the same for the same seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    package mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    /// Text with everything that JSON escapes, and scalars of every UTF-8 length; without U+FEFF, which Foundation's
    /// JSON loses.
    package mutating func text(scalars: Int) -> String {
        let special: [Unicode.Scalar] = [
            "\"", "\\", "/", "\n", "\r", "\t", "\u{8}", "\u{c}", "\u{0}", "\u{1f}", "\u{7f}",
        ]
        let wide: [Unicode.Scalar] = ["é", "ß", "日", "\u{2028}", "\u{ffff}", "👩", "\u{10ffff}"]
        var text = String.UnicodeScalarView()
        for _ in 0..<scalars {
            switch Int.random(in: 0..<8, using: &self) {
            case 0: text.append(self.pick(special))
            case 1: text.append(self.pick(wide))
            default: text.append(Unicode.Scalar(UInt8.random(in: 0x20...0x7e, using: &self)))
            }
        }
        return String(text)
    }

    /// Text like log lines: words that repeat, with numbers that don't.
    package mutating func text(words: Int) -> [UInt8] {
        let known = ["error", "GET", "/cart", "upstream", "timed", "out", "status=504", "é", "{\"seq\":", "nginx"]
        return Array(
            (0..<words).map { _ in
                Bool.random(using: &self)
                    ? known.randomElement(using: &self)! : String(UInt16.random(in: 0...9999, using: &self))
            }.joined(separator: " ").utf8)
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
