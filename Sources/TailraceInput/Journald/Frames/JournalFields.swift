/// The fields of one entry, as places in the bytes that were read.
struct JournalFields {
    /// Has no references, so that an entry's fields are cheap to make and forget.
    struct Field {
        var name: Int32
        /// The next field of the same name, and at the first one the last; -1 for none.
        var next: Int32 = -1
        var last: Int32
        /// False for the second and further ones of a name.
        var isFirst = true
        var start: Int
        var count: Int

        var value: Range<Int> { self.start..<self.start + self.count }
    }

    private(set) var names = JournalFieldNames()
    private(set) var fields: [Field] = []
    /// The first field of each role, -1 for none.
    private var roles = [Int32](repeating: -1, count: JournalFieldName.Role.allCases.count)
    /// The first field of each key in the entry whose number stands beside it.
    private var firsts: [(entry: UInt64, field: Int32)] = []
    private var entry: UInt64 = 0

    /// The first field that has a role.
    func field(_ role: JournalFieldName.Role) -> Field? {
        let index = self.roles[role.rawValue]
        return index < 0 ? nil : self.fields[Int(index)]
    }

    /// Reads the fields that stand in a part of `bytes`; false if they break the format.
    mutating func read(_ bytes: Span<UInt8>, _ part: Range<Int>) -> Bool {
        self.begin()
        var position = part.lowerBound
        var previous = 0
        while position < part.upperBound {
            guard position + JournalWire.fieldHeaderBytes <= part.upperBound,
                self.fields.count < JournalWire.maxFields
            else { return false }
            let nameCount = Int(bytes[position]) | Int(bytes[position + 1]) << 8
            var valueCount = 0
            for index in 0..<4 { valueCount |= Int(bytes[position + 2 + index]) << (8 * index) }
            position += JournalWire.fieldHeaderBytes
            // An equals sign stands between name and value.
            guard nameCount <= JournalWire.maxNameBytes, nameCount + 1 + valueCount <= part.upperBound - position
            else { return false }
            previous = self.names.number(of: bytes.extracting(position..<position + nameCount), after: previous)
            self.add(name: previous, start: position + nameCount + 1, count: valueCount)
            position += nameCount + 1 + valueCount
        }
        return true
    }

    private mutating func begin() {
        self.names.trim()
        self.fields.removeAll(keepingCapacity: true)
        for index in self.roles.indices { self.roles[index] = -1 }
        self.entry += 1
    }

    private mutating func add(name: Int, start: Int, count: Int) {
        let index = self.fields.count
        let role = self.names.names[name].role.rawValue
        if role != 0, self.roles[role] < 0 { self.roles[role] = Int32(index) }
        self.fields.append(Field(name: Int32(name), last: Int32(index), start: start, count: count))
        self.link(index)
    }

    /// Chains fields of one name; gives another key to a look-alike of one that journald set.
    private mutating func link(_ index: Int) {
        let name = Int(self.fields[index].name)
        let key = self.names.names[name].key
        while self.firsts.count < self.names.keys { self.firsts.append((0, -1)) }
        guard self.firsts[key].entry == self.entry else {
            self.firsts[key] = (self.entry, Int32(index))
            return
        }
        let rival = Int(self.firsts[key].field)
        if self.fields[rival].name == self.fields[index].name {
            let last = Int(self.fields[rival].last)
            self.fields[last].next = Int32(index)
            self.fields[rival].last = self.fields[index].last
            self.fields[index].isFirst = false
            return
        }
        let loser = self.names.names[Int(self.fields[rival].name)].isTrusted ? index : rival
        if loser == rival { self.firsts[key].field = Int32(index) }
        self.fields[loser].name = Int32(self.names.untrusted(Int(self.fields[loser].name)))
        self.link(loser)
    }
}
