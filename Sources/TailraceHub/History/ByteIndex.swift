/// Gives byte strings dense numbers from 0: a hash table over one run of bytes.
struct ByteIndex {
    private var slots: [Int32]
    private var hashes: [Int] = []
    private var ends: [Int] = []
    private var bytes: [UInt8] = []

    init() { self.slots = Array(repeating: -1, count: 64) }

    var count: Int { self.ends.count }
    /// Bytes that the strings take.
    var byteCount: Int { self.bytes.count }

    func string(_ number: Int) -> ArraySlice<UInt8> {
        self.bytes[(number == 0 ? 0 : self.ends[number - 1])..<self.ends[number]]
    }

    /// The hash is seeded per process, so that no log can be written to make strings collide.
    static func hash(_ string: Span<UInt8>) -> Int {
        var hasher = Hasher()
        string.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    func number(of string: Span<UInt8>, hash: Int) -> Int? {
        let number = self.slots[self.slot(of: string, hash: hash)]
        return number < 0 ? nil : Int(number)
    }

    /// Adds a string that is not there yet.
    mutating func add(_ string: Span<UInt8>, hash: Int) -> Int {
        if self.ends.count * 2 >= self.slots.count { self.grow() }
        self.slots[self.slot(of: string, hash: hash)] = Int32(self.ends.count)
        string.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) }
        self.ends.append(self.bytes.count)
        self.hashes.append(hash)
        return self.ends.count - 1
    }

    /// Where the string is, or the free slot where it would be.
    private func slot(of string: Span<UInt8>, hash: Int) -> Int {
        let mask = self.slots.count - 1
        var slot = hash & mask
        while self.slots[slot] >= 0 {
            let number = Int(self.slots[slot])
            if self.hashes[number] == hash, self.isEqual(number, string) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isEqual(_ number: Int, _ string: Span<UInt8>) -> Bool {
        let start = number == 0 ? 0 : self.ends[number - 1]
        guard self.ends[number] - start == string.count else { return false }
        for index in 0..<string.count where self.bytes[start + index] != string[index] { return false }
        return true
    }

    private mutating func grow() {
        self.slots = Array(repeating: -1, count: self.slots.count * 2)
        let mask = self.slots.count - 1
        for (number, hash) in self.hashes.enumerated() {
            var slot = hash & mask
            while self.slots[slot] >= 0 { slot = (slot + 1) & mask }
            self.slots[slot] = Int32(number)
        }
    }
}
