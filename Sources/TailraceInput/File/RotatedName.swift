/// How rotation names what it moves away: `app.log.1`, `app.log-20261122.old`, `app-2026-11-22.log`.
enum RotatedName {
    /// Whether `name` is `base` with a number, a date or a word such as `old` behind it, or with a date before its
    /// suffix.
    static func isRotation(_ name: ArraySlice<UInt8>, of base: ArraySlice<UInt8>) -> Bool {
        Self.bases(of: name).contains { $0.elementsEqual(base) }
    }

    /// The paths that `path` may be a rotation of.
    static func bases(of path: FilePath) -> [FilePath] {
        Self.bases(of: path.name).map { path.directory.appending($0) }
    }

    /// Compressed files hold no lines of their own.
    static func isCompressed(_ name: ArraySlice<UInt8>) -> Bool { Self.uncompressed(name) != nil }

    /// What a file was called before it was compressed; nil if it does not look so.
    static func uncompressed(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let dot = name.lastIndex(of: Self.dot), dot > name.startIndex,
            Self.compressed.contains(String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased())
        else { return nil }
        return name[..<dot]
    }

    /// Whether a file of this name can be read although it is compressed.
    static func isGzip(_ name: ArraySlice<UInt8>) -> Bool {
        name.count > 3 && String(decoding: name.suffix(3), as: UTF8.self).lowercased() == ".gz"
    }

    /// Whether rotation gives `left` to a file older than the one it gives `right` to: numbers count up with age, dates
    /// don't.
    static func isOlder(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        let (left, right) = (Self.uncompressed(left) ?? left, Self.uncompressed(right) ?? right)
        let (leftNumber, rightNumber) = (Self.number(in: left), Self.number(in: right))
        if let leftNumber, let rightNumber { return leftNumber > rightNumber }
        return left.lexicographicallyPrecedes(right)
    }

    /// The last number in a name, if it is none of a date.
    private static func number(in name: ArraySlice<UInt8>) -> Int? {
        let words = Self.digits(in: name)
        guard let word = words.last, words.reduce(0, { $0 + $1.count }) < Self.minDateDigits else { return nil }
        return Int(String(decoding: word, as: UTF8.self))
    }

    /// The last words of digits that follow each other.
    private static func digits(in name: ArraySlice<UInt8>) -> ArraySlice<ArraySlice<UInt8>> {
        let words = name.split(whereSeparator: { Self.separators.contains($0) })
        guard let last = words.lastIndex(where: { $0.allSatisfy(Self.isDigit) }) else { return [] }
        let before = words[..<last].lastIndex { !$0.allSatisfy(Self.isDigit) }
        return words[(before.map { $0 + 1 } ?? 0)...last]
    }

    /// Whether a name says when its file was rotated away. Numbers are counted up by some and down by others.
    static func isDated(_ name: ArraySlice<UInt8>) -> Bool {
        !Self.digits(in: name).isEmpty && Self.number(in: name) == nil
    }

    static func bases(of name: ArraySlice<UInt8>) -> [[UInt8]] {
        var bases = Self.cuts(of: name) { Self.isCount($0) || Self.words.contains(Array($0)) }.map { Array($0) }
        if let dot = name.lastIndex(of: Self.dot) {
            let suffix = name[dot...]
            // Before a suffix only dates count: `app-1.log` is more likely the log of a second worker.
            bases += Self.cuts(of: name[..<dot], where: Self.isCount).filter {
                name[$0.endIndex..<dot].count(where: Self.isDigit) >= Self.minDateDigits
            }.map { Array($0) + Array(suffix) }
        }
        return bases
    }

    /// What stays of `name` when its last one, two, … words go, as long as all that go satisfy the condition.
    private static func cuts(
        of name: ArraySlice<UInt8>, where isRotated: (ArraySlice<UInt8>) -> Bool
    ) -> [ArraySlice<UInt8>] {
        var cuts: [ArraySlice<UInt8>] = []
        var end = name.endIndex
        for index in name.indices.dropFirst().reversed() where Self.separators.contains(name[index]) {
            let word = name[(index + 1)..<end]
            guard !word.isEmpty, isRotated(word) else { break }
            cuts.append(name[..<index])
            end = index
        }
        return cuts
    }

    private static func isCount(_ word: ArraySlice<UInt8>) -> Bool {
        word.allSatisfy {
            Self.isDigit($0) || $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "Z") || $0 == UInt8(ascii: ":")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// `261122` is the shortest date.
    private static let minDateDigits = 6
    private static let dot = UInt8(ascii: ".")
    private static let separators = Set("._-+".utf8)
    private static let words = Set(["old", "bak", "prev", "last"].map { Array($0.utf8) })
    private static let compressed: Set<String> = ["gz", "bz2", "xz", "zst", "lz4", "lzma", "z", "zip", "br"]
}
