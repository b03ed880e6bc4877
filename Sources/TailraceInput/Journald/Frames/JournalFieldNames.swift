import TailraceEvent

/// The names of fields met so far, by number. A client may invent names without end, so there is a bound.
struct JournalFieldNames {
    struct Name {
        /// As the journal has it.
        var bytes: [UInt8]
        var role: JournalFieldName.Role
        var isNumber: Bool
        /// Set by journald itself.
        var isTrusted: Bool
        /// `"key":`
        var opening: [UInt8]
        /// Names with the same key have the same number here.
        var key: Int
        /// Names that came behind this one, the last first: entries mostly name their fields in the same order.
        var followers: (Int, Int) = (0, 0)
        /// Its stand-in where a trusted name has its key; 0 while there is none.
        var untrusted = 0
    }

    /// Number 0 is no name: what comes before the first field.
    private(set) var names: [Name] = []
    private(set) var keys = 0
    private var numbers: [ArraySlice<UInt8>: Int] = [:]
    private var keyNumbers: [[UInt8]: Int] = [:]

    /// A machine's journal has a few hundred.
    private static let maxKnown = 4096

    init() { self.removeAll() }

    /// Forgets all if there are too many; numbers then change.
    mutating func trim() {
        if self.names.count > Self.maxKnown { self.removeAll() }
    }

    private mutating func removeAll() {
        self.numbers.removeAll()
        self.keyNumbers.removeAll()
        self.names = [
            Name(bytes: [], role: .none, isNumber: false, isTrusted: true, opening: [], key: 0)
        ]
        self.keys = 1
    }

    /// The number of a name, which follows another one in its entry.
    mutating func number(of name: Span<UInt8>, after previous: Int) -> Int {
        let followers = self.names[previous].followers
        if self.isName(followers.0, name) { return followers.0 }
        if self.isName(followers.1, name) {
            self.names[previous].followers = (followers.1, followers.0)
            return followers.1
        }
        let number = self.number(of: name.withUnsafeBufferPointer { Array($0) })
        self.names[previous].followers = (number, followers.0)
        return number
    }

    private func isName(_ number: Int, _ name: Span<UInt8>) -> Bool {
        number != 0 && name.isEqual(to: self.names[number].bytes)
    }

    private mutating func number(of name: [UInt8]) -> Int {
        if let number = self.numbers[name[...]] { return number }
        let number = self.add(
            Name(
                bytes: name, role: JournalFieldName.role(name), isNumber: JournalFieldName.isNumber(name),
                isTrusted: name.first == UInt8(ascii: "_"), opening: [], key: 0),
            key: JournalFieldName.key(name))
        self.numbers[name[...]] = number
        return number
    }

    /// The number of a name that differs from this one only in its key.
    mutating func untrusted(_ number: Int) -> Int {
        if self.names[number].untrusted != 0 { return self.names[number].untrusted }
        let key = Array(self.names[number].opening.dropFirst().dropLast(2)) + Array("_untrusted".utf8)
        let standIn = self.add(self.names[number], key: key)
        self.names[number].untrusted = standIn
        return standIn
    }

    private mutating func add(_ name: Name, key: [UInt8]) -> Int {
        var name = name
        name.opening = Array("\"".utf8) + key + Array("\":".utf8)
        name.untrusted = 0
        if let known = self.keyNumbers[key] {
            name.key = known
        } else {
            name.key = self.keys
            self.keyNumbers[key] = self.keys
            self.keys += 1
        }
        self.names.append(name)
        return self.names.count - 1
    }
}
