import CVectorscan

/// Patterns compiled for one scan that tells which of them are in a text.
final class PatternDatabase: Sendable {
    // Sound to share: vectorscan never writes to a compiled database; what a scan changes is in the scanner's own
    // scratch. Only `deinit` frees it, when nobody can scan any more.
    nonisolated(unsafe) let database: OpaquePointer
    /// Which test each pattern stands for, by the number that a scan gives.
    let tests: [UInt64]
    let byteCount: Int

    /// Nil if the engine won't take them together. A pattern that it names as the reason is left out.
    convenience init?(_ patterns: [(test: UInt64, pattern: ScanPattern)]) {
        var patterns = patterns
        for _ in 0..<Self.maxAttempts where !patterns.isEmpty {
            switch Self.compile(patterns.map(\.pattern)) {
            case .compiled(let database):
                self.init(database: database, tests: patterns.map(\.test))
                return
            case .refused(let number):
                guard let number, patterns.indices.contains(number) else { return nil }
                patterns.remove(at: number)
            }
        }
        return nil
    }

    private init(database: OpaquePointer, tests: [UInt64]) {
        var size = 0
        self.byteCount = hs_database_size(database, &size) == HS_SUCCESS ? size : 0
        self.database = database
        self.tests = tests
    }

    deinit { hs_free_database(self.database) }

    private enum Outcome {
        case compiled(OpaquePointer)
        case refused(Int?)
    }

    private static func compile(_ patterns: [ScanPattern]) -> Outcome {
        let texts = patterns.map { Array($0.expression.utf8CString) }
        let flags = patterns.map(\.flags)
        let numbers = patterns.indices.map { UInt32($0) }
        // One run of bytes with an address per text, since the engine wants them all at once.
        let bytes = texts.flatMap { $0 }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            let addresses = texts.map { text in
                defer { start = start?.advanced(by: text.count) }
                return start
            }
            var database: OpaquePointer?
            var failure: UnsafeMutablePointer<hs_compile_error_t>?
            let status = hs_compile_multi(
                addresses, flags, numbers, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
            if status == HS_SUCCESS, let database { return .compiled(database) }
            defer { hs_free_compile_error(failure) }
            return .refused(failure.map { Int($0.pointee.expression) })
        }
    }

    /// Patterns were compiled one by one before, so hardly any is refused here.
    private static let maxAttempts = 4
}
