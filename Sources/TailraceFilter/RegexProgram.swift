import CVectorscan

/// A compiled regular expression: searched for, linear in the text's length whatever the pattern.
///
/// Equal by what was written, so that filters compare without looking into the automaton.
final class RegexProgram: Sendable {
    /// Between the slashes, as written.
    let pattern: String
    let ignoresCase: Bool
    // Sound to share: vectorscan never writes to a compiled database; what a scan changes is in the matcher's own
    // scratch. Only `deinit` frees it, when nobody can scan any more.
    nonisolated(unsafe) let database: OpaquePointer

    /// What the engine says about a wrong pattern; `offset` counts UTF-8 bytes into it, nil if it concerns all of it.
    struct CompileError: Error {
        var message: String
        var offset: Int?
    }

    init(pattern: String, ignoresCase: Bool) throws(CompileError) {
        self.pattern = pattern
        self.ignoresCase = ignoresCase
        let database = try Self.compile(pattern, flags: Self.flags(ignoresCase: ignoresCase))
        var size = 0
        guard hs_database_size(database, &size) == HS_SUCCESS, size <= FilterLimits.maxRegexDatabaseBytes else {
            hs_free_database(database)
            throw CompileError(message: "the regex compiles to more than 4 MiB", offset: nil)
        }
        self.database = database
    }

    deinit { hs_free_database(self.database) }

    /// How the engine reads the pattern, alone or among others.
    var flags: UInt32 { Self.flags(ignoresCase: self.ignoresCase) }

    private static func flags(ignoresCase: Bool) -> UInt32 {
        let flags = HS_FLAG_SINGLEMATCH | HS_FLAG_UTF8 | HS_FLAG_ALLOWEMPTY
        return UInt32(ignoresCase ? flags | HS_FLAG_CASELESS : flags)
    }

    private static func compile(_ pattern: String, flags: UInt32) throws(CompileError) -> OpaquePointer {
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let status = hs_compile(pattern, flags, UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        if status == HS_SUCCESS, let database { return database }
        defer { hs_free_compile_error(failure) }
        let message = failure.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "it cannot be compiled"
        throw CompileError(message: Self.sentence(message), offset: Self.offset(in: message))
    }

    /// The engine's text without its full stop and the offset that the error's column says better.
    private static func sentence(_ message: String) -> String {
        var text = message[...]
        if let range = text.firstRange(of: " at index ") { text = text[..<range.lowerBound] }
        while text.last == "." { text = text.dropLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    private static func offset(in message: String) -> Int? {
        guard let range = message.firstRange(of: "at index ") else { return nil }
        return Int(message[range.upperBound...].prefix { $0.isNumber })
    }
}

extension RegexProgram: Hashable {
    static func == (left: RegexProgram, right: RegexProgram) -> Bool {
        left === right || (left.pattern == right.pattern && left.ignoresCase == right.ignoresCase)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.pattern)
        hasher.combine(self.ignoresCase)
    }
}
