import TailraceOptions

/// How far a compressed file may grow: anybody who may write a log folder can put a file there that would inflate for
/// hours.
struct InflateLimits: Sendable, Hashable {
    /// Bytes that one file may inflate to.
    var maxBytes: UInt64
    /// Bytes that may come out of each byte of the file.
    var maxRatio: UInt64

    static let standard = InflateLimits(maxBytes: 64 << 30, maxRatio: 500)

    /// A file may begin with a long run of one line: below this the ratio does not count.
    static let ratioGrace: UInt64 = 64 << 20
    /// 1 would let nothing pass that is worth compressing; deflate can't do more than 1,032.
    static let ratioRange: ClosedRange<Int64> = 2...1_000_000

    static let specs: [OptionSpec] = [
        OptionSpec(
            "max_inflated", .size, default: "64GiB",
            "What one compressed file may hold that was rotated before it was read; the rest is a gap \"limit\""),
        OptionSpec(
            "max_inflate_ratio", .integer(Self.ratioRange), default: "500",
            "Bytes that may come out of each byte of it, behind the first 64 MiB; the rest is a gap \"limit\""),
    ]

    init(maxBytes: UInt64, maxRatio: UInt64) {
        self.maxBytes = maxBytes
        self.maxRatio = maxRatio
    }

    init(_ table: OptionTable) throws(OptionProblem) {
        self = .standard
        if let size = table.size("max_inflated") { self.maxBytes = UInt64(size) }
        guard let ratio = table.integer("max_inflate_ratio") else { return }
        guard Self.ratioRange.contains(ratio) else {
            throw table.problem(
                "max_inflate_ratio",
                "max_inflate_ratio must be between \(Self.ratioRange.lowerBound) and \(Self.ratioRange.upperBound)",
                hint: "the default is \(Self.standard.maxRatio)")
        }
        self.maxRatio = UInt64(ratio)
    }

    /// The limit that is reached when `made` bytes came out of `used`; nil for none.
    func exceeded(made: UInt64, used: UInt64) -> String? {
        if made > self.maxBytes { return "it holds more than max_inflated = \(self.maxBytes) bytes" }
        let (allowed, overflow) = used.multipliedReportingOverflow(by: self.maxRatio)
        guard !overflow, made > max(allowed, Self.ratioGrace) else { return nil }
        return "each of its bytes holds more than max_inflate_ratio = \(self.maxRatio)"
    }
}
