/// Names of series as small numbers, which buckets compare instead of text; a name is forgotten with the last bucket
/// that has it.
struct KeyTable {
    private struct Entry {
        var name: [UInt8]
        var hash: Int
        /// Buckets that have it.
        var uses = 0
    }

    /// A hash table with numbers of entries, -1 where it is free: linear probing, without gaps after a removal.
    private var slots = [Int32](repeating: -1, count: 64)
    private var entries: [Entry] = []
    private var free: [Int] = []
    private(set) var count = 0

    /// All numbers are smaller.
    var bound: Int { self.entries.count }

    func name(of number: Int) -> [UInt8] { self.entries[number].name }
    func hash(of number: Int) -> Int { self.entries[number].hash }

    mutating func number(of name: [UInt8]) -> Int {
        let hash = ByteIndex.hash(name.span)
        let slot = self.slot(of: name, hash: hash)
        if self.slots[slot] >= 0 { return Int(self.slots[slot]) }
        let entry = Entry(name: name, hash: hash)
        let number = self.free.popLast() ?? self.entries.count
        if number == self.entries.count { self.entries.append(entry) } else { self.entries[number] = entry }
        self.slots[slot] = Int32(number)
        self.count += 1
        if self.count * 2 > self.slots.count { self.grow() }
        return number
    }

    /// What a bucket did with a name that it was given.
    mutating func settle(_ number: Int, _ admission: KeyedBucket.Admission) {
        switch admission {
        case .known: break
        case .new: self.retain(number)
        case .replaced(let old):
            self.retain(number)
            self.release(old)
        case .refused: self.forgetIfUnused(number)
        }
    }

    mutating func retain(_ number: Int) { self.entries[number].uses += 1 }

    /// A bucket that had it is gone.
    mutating func release(_ number: Int) {
        self.entries[number].uses -= 1
        self.forgetIfUnused(number)
    }

    // MARK: The table

    /// Where a name is, or the free slot where it would be.
    private func slot(of name: [UInt8], hash: Int) -> Int {
        let mask = self.slots.count - 1
        var slot = hash & mask
        while self.slots[slot] >= 0 {
            let number = Int(self.slots[slot])
            if self.entries[number].hash == hash, self.entries[number].name == name { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func forgetIfUnused(_ number: Int) {
        guard self.entries[number].uses == 0 else { return }
        let mask = self.slots.count - 1
        var hole = self.entries[number].hash & mask
        while self.slots[hole] != Int32(number) { hole = (hole + 1) & mask }
        // Whoever was pushed on by the one that leaves moves back, so that a search never ends too early.
        var slot = (hole + 1) & mask
        while self.slots[slot] >= 0 {
            let home = self.entries[Int(self.slots[slot])].hash & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                self.slots[hole] = self.slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        self.slots[hole] = -1
        self.entries[number].name = []
        self.free.append(number)
        self.count -= 1
    }

    private mutating func grow() {
        let old = self.slots
        self.slots = Array(repeating: -1, count: old.count * 2)
        let mask = self.slots.count - 1
        for number in old where number >= 0 {
            var slot = self.entries[Int(number)].hash & mask
            while self.slots[slot] >= 0 { slot = (slot + 1) & mask }
            self.slots[slot] = number
        }
    }
}
