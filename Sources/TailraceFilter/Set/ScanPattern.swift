import CVectorscan

/// What a combined scan looks for in the place of one check.
struct ScanPattern: Sendable {
    enum Text: Sendable {
        case literal([UInt8])
        case regex(RegexProgram)
    }

    var text: Text
    /// A literal that ignores case: looked for in text whose case is folded.
    var isFolded = false
    /// A hit is necessary but not enough: the check itself decides.
    var needsCheck = false
    /// Values that aren't strings are asked about by number or word.
    var onlyStrings = false

    /// Nil if the needle is in every text.
    init?(_ needle: Needle, onlyStrings: Bool = false) {
        guard let literal = needle.literal else { return nil }
        self.init(literal.bytes, ignoresCase: literal.ignoresCase, needsCheck: !literal.isAll)
        self.onlyStrings = onlyStrings
    }

    /// Nil if the pattern has nothing but wildcards.
    init?(_ glob: Glob) {
        guard let literal = glob.literal else { return nil }
        self.init(literal.bytes, ignoresCase: literal.ignoresCase, needsCheck: true)
    }

    init(_ program: RegexProgram) { self.text = .regex(program) }

    private init(_ bytes: [UInt8], ignoresCase: Bool, needsCheck: Bool) {
        self.text = .literal(Array(bytes.prefix(FilterLimits.maxScanLiteralBytes)))
        self.isFolded = ignoresCase
        self.needsCheck = needsCheck || bytes.count > FilterLimits.maxScanLiteralBytes
    }

    /// What it costs to compile, in the unit of `FilterLimits.maxSetWeight`.
    var weight: Int {
        switch self.text {
        case .literal(let bytes): bytes.count
        case .regex(let program): max(1, RegexBudget.weight(of: program.pattern))
        }
    }

    /// As the engine is told it.
    var expression: String {
        switch self.text {
        case .literal(let bytes): bytes.reduce(into: "") { $0 += Self.escapes[Int($1)] }
        case .regex(let program): program.pattern
        }
    }

    var flags: UInt32 {
        switch self.text {
        case .literal: UInt32(HS_FLAG_SINGLEMATCH | (self.isFolded ? HS_FLAG_CASELESS : 0))
        case .regex(let program): program.flags
        }
    }

    private static let escapes = (0..<256).map { (byte: Int) in
        "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
