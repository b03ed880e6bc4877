/// Names of series as small numbers, which buckets compare instead of text; a name is forgotten with the last bucket
/// that has it.
struct KeyTable {
    private struct Entry {
        var name: [UInt8]
        /// Buckets that have it.
        var uses = 0
    }

    private var numbers: [[UInt8]: Int] = [:]
    private var entries: [Entry] = []
    private var free: [Int] = []

    var count: Int { self.numbers.count }

    func name(of number: Int) -> [UInt8] { self.entries[number].name }

    mutating func number(of name: [UInt8]) -> Int {
        if let known = self.numbers[name] { return known }
        let number = self.free.popLast() ?? self.entries.count
        if number == self.entries.count {
            self.entries.append(Entry(name: name))
        } else {
            self.entries[number] = Entry(name: name)
        }
        self.numbers[name] = number
        return number
    }

    /// What a bucket did with a name that it was given.
    mutating func settle(_ number: Int, _ admission: KeyedBucket.Admission) {
        switch admission {
        case .known: break
        case .new: self.entries[number].uses += 1
        case .replaced(let old):
            self.entries[number].uses += 1
            self.release(old)
        case .refused: self.forgetIfUnused(number)
        }
    }

    /// A bucket that had it is gone.
    mutating func release(_ number: Int) {
        self.entries[number].uses -= 1
        self.forgetIfUnused(number)
    }

    private mutating func forgetIfUnused(_ number: Int) {
        guard self.entries[number].uses == 0 else { return }
        self.numbers[self.entries[number].name] = nil
        self.entries[number].name = []
        self.free.append(number)
    }
}
