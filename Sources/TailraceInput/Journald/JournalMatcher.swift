import Glibc

/// Decides which entries are wanted, field by field as they are read.
///
/// Every entry is read and judged here instead of by libsystemd's own matches: so the cursor moves over all entries,
/// not only the wanted ones, missing numbers tell of lost entries, and a unit pattern covers units that appear later.
struct JournalMatcher {
    /// One comparison with one field.
    private enum Test {
        case equals([UInt8])
        /// A pattern of `fnmatch(3)`, ending with a zero.
        case glob([CChar])
        /// A decimal number not above this.
        case atMost(Int)
    }

    /// All comparisons with one field, each with its number.
    private struct Subject {
        let field: [UInt8]
        var tests: [(number: Int, test: Test)] = []
    }

    private indirect enum Condition {
        case term(Int)
        case all([Condition])
        case any([Condition])
    }

    private var subjects: [Subject] = []
    /// By the numbers of tests.
    private var met: [Bool] = []
    private var wanted: Condition = .all([])
    private var unwanted: Condition = .any([])

    /// - Parameter boot: the only boot whose entries are wanted.
    init(_ arguments: JournalReaderArguments, boot: JournalID?) {
        var parts: [Condition] = []
        if !arguments.units.isEmpty { parts.append(.any(arguments.units.flatMap { self.unit($0) })) }
        if !arguments.matches.isEmpty { parts.append(self.matches(arguments.matches)) }
        if let priority = arguments.priority { parts.append(self.term("PRIORITY", .atMost(priority))) }
        if let boot { parts.append(self.equals("_BOOT_ID", boot.description)) }
        self.wanted = .all(parts)
        self.unwanted = .any(self.own(arguments))
    }

    /// Forgets the last entry.
    mutating func begin() {
        for index in self.met.indices { self.met[index] = false }
    }

    /// Looks at one field of the entry.
    mutating func see(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        for subject in self.subjects where Self.equal(subject.field, name) {
            for (number, test) in subject.tests where !self.met[number] && Self.passes(test, value) {
                self.met[number] = true
            }
        }
    }

    /// Whether the entry whose fields were seen is wanted.
    var isWanted: Bool { self.holds(self.wanted) && !self.holds(self.unwanted) }

    private func holds(_ condition: Condition) -> Bool {
        switch condition {
        case .term(let index): self.met[index]
        case .all(let parts): parts.allSatisfy { self.holds($0) }
        case .any(let parts): parts.contains { self.holds($0) }
        }
    }

    private static func equal(_ bytes: [UInt8], _ other: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == other.count else { return false }
        guard let base = other.baseAddress, !bytes.isEmpty else { return bytes.isEmpty }
        return bytes.withUnsafeBytes { memcmp($0.baseAddress!, base, bytes.count) == 0 }
    }

    private static func passes(_ test: Test, _ value: UnsafeRawBufferPointer) -> Bool {
        switch test {
        case .equals(let bytes): return Self.equal(bytes, value)
        case .glob(let pattern):
            // A name with a zero inside is none that systemd makes.
            guard value.count <= Self.maxUnitBytes, !value.contains(0) else { return false }
            let text = value.map { CChar(bitPattern: $0) } + [0]
            return fnmatch(pattern, text, FNM_NOESCAPE) == 0
        case .atMost(let limit):
            return Int(String(decoding: value.prefix(3), as: UTF8.self)).map { $0 <= limit } ?? false
        }
    }

    /// systemd's UNIT_NAME_MAX is 255.
    private static let maxUnitBytes = 255

    // MARK: Conditions

    private mutating func term(_ field: String, _ test: Test) -> Condition {
        let field = Array(field.utf8)
        let number = self.met.count
        self.met.append(false)
        if let index = self.subjects.firstIndex(where: { $0.field == field }) {
            self.subjects[index].tests.append((number, test))
        } else {
            self.subjects.append(Subject(field: field, tests: [(number, test)]))
        }
        return .term(number)
    }

    private mutating func equals(_ field: String, _ value: String) -> Condition {
        self.term(field, .equals(Array(value.utf8)))
    }

    /// What `journalctl --unit` shows: what the unit wrote, what systemd and journald say about it, its core dumps.
    private mutating func unit(_ name: String) -> [Condition] {
        let isGlob = name.utf8.contains { "*?[".utf8.contains($0) }
        let test: Test = isGlob ? .glob(name.utf8CString.map { $0 }) : .equals(Array(name.utf8))
        return [
            self.term("_SYSTEMD_UNIT", test),
            .all([self.equals("_PID", "1"), self.term("UNIT", test)]),
            .all([self.equals("_UID", "0"), self.term("OBJECT_SYSTEMD_UNIT", test)]),
            .all([self.equals("_UID", "0"), self.term("COREDUMP_UNIT", test)]),
        ]
    }

    /// journalctl's rule: the same field again means or, another field means and, `+` begins an alternative.
    private mutating func matches(_ words: [String]) -> Condition {
        var alternatives: [Condition] = []
        for words in words.split(separator: "+") {
            var byField: [(field: String, conditions: [Condition])] = []
            for word in words {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                let condition = self.equals(String(parts[0]), String(parts[1]))
                if let index = byField.firstIndex(where: { $0.field == parts[0] }) {
                    byField[index].conditions.append(condition)
                } else {
                    byField.append((String(parts[0]), [condition]))
                }
            }
            alternatives.append(.all(byField.map { .any($0.conditions) }))
        }
        return .any(alternatives)
    }

    /// The relay's own output, which would otherwise feed itself.
    private mutating func own(_ arguments: JournalReaderArguments) -> [Condition] {
        var parts: [Condition] = []
        if let pid = arguments.skipPID, let boot = arguments.skipBoot {
            parts.append(.all([self.equals("_PID", String(pid)), self.equals("_BOOT_ID", boot)]))
        }
        if let unit = arguments.skipUnit { parts.append(self.equals("_SYSTEMD_UNIT", unit)) }
        if let unit = arguments.skipUserUnit { parts.append(self.equals("_SYSTEMD_USER_UNIT", unit)) }
        return parts
    }
}
