import TailraceEvent

/// Text as the rules see it, with the place in the source that each of its bytes came from.
///
/// A source can be read in several ways: as it is, without its escapes, decoded from base64, and so on again. Each is a
/// view; what a rule finds in a view is replaced in the source, by whole units of its encoding.
struct TextView {
    private(set) var bytes: [UInt8] = []
    /// Layers of encoding that were taken away.
    let depth: Int
    /// By the bytes; empty as long as the bytes are those of the source.
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []

    /// The source as it is.
    init(_ source: Span<UInt8>) {
        self.depth = 0
        self.bytes.append(source)
    }

    /// Nothing yet; what was read in a source that is itself encoded stays at depth 0, e.g. the inside of a JSON
    /// string.
    init(depth: Int, capacity: Int) {
        self.depth = depth
        self.bytes.reserveCapacity(capacity)
        self.starts.reserveCapacity(capacity)
        self.ends.reserveCapacity(capacity)
    }

    var count: Int { self.bytes.count }

    /// The part of the source that these bytes were made of.
    func source(of range: Range<Int>) -> Range<Int> {
        guard !self.starts.isEmpty, !range.isEmpty else { return range }
        let start = Int(self.starts[range.lowerBound])
        return start..<max(start, Int(self.ends[range.upperBound - 1]))
    }

    /// - Parameter place: the bytes of the source that this one stands for.
    mutating func append(_ byte: UInt8, from place: Range<Int>) {
        self.bytes.append(byte)
        self.starts.append(UInt32(clamping: place.lowerBound))
        self.ends.append(UInt32(clamping: place.upperBound))
    }

    mutating func append(_ scalar: Unicode.Scalar, from place: Range<Int>) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { self.append(byte, from: place) }
    }
}
