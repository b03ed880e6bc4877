internal import Glibc

/// How many different things there were, from their hashes: HyperLogLog with 1024 registers, right to about 3 %
/// (Flajolet et al. 2007), small numbers by linear counting.
struct DistinctEstimate {
    private var registers = [UInt8](repeating: 0, count: 1024)
    private static let indexBits: UInt64 = 10

    mutating func add(hash: Int) {
        let bits = UInt64(bitPattern: Int64(hash))
        let index = Int(bits >> (64 - Self.indexBits))
        let rank = UInt8(min(54, (bits << Self.indexBits).leadingZeroBitCount) + 1)
        if rank > self.registers[index] { self.registers[index] = rank }
    }

    mutating func merge(_ other: DistinctEstimate) {
        for index in self.registers.indices where other.registers[index] > self.registers[index] {
            self.registers[index] = other.registers[index]
        }
    }

    var count: Int {
        let size = Double(self.registers.count)
        let empty = self.registers.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        let sum = self.registers.reduce(0.0) { $0 + exp2(-Double($1)) }
        let estimate = 0.7213 / (1 + 1.079 / size) * size * size / sum
        if estimate <= 2.5 * size, empty > 0 { return Int((size * log(size / Double(empty))).rounded()) }
        return Int(estimate.rounded())
    }
}
