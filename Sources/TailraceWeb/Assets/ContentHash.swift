/// FNV-1a with 128 bits: tells two contents of a file apart.
///
/// A strong entity tag has to differ whenever the bytes do. The files are the operator's own, so nobody searches for
/// collisions; against chance 128 bits are plenty, and the hash needs no cryptography library.
package struct ContentHash: Hashable {
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    package init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            self.state ^= UInt128(byte)
            self.state &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
    }

    /// 32 digits.
    package var hex: String {
        let digits = String(self.state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
