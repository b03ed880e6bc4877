import CVectorscan
import TailraceEvent

/// What evaluating needs to write to; one per matcher, so that matchers of one filter can run side by side.
final class MatchScratch {
    private var regex: OpaquePointer?
    /// The last string that had escapes, without them; also values that are put into text.
    var text: [UInt8] = []

    /// Numbers of the patterns that the last combined scan found.
    var hits: [UInt32] = []
    /// The last text whose case was folded.
    var folded: [UInt8] = []

    /// What the `source:` and `host:` clauses say about each origin of the batch seen last.
    var originResults: [Bool] = []
    var origins: [Origin] = []

    /// Makes room for a regex's scans; one scratch serves all.
    func prepare(for program: RegexProgram) { self.prepare(forDatabase: program.database) }

    func prepare(forDatabase database: OpaquePointer) {
        let status = hs_alloc_scratch(database, &self.regex)
        // Nothing but running out of memory can fail here, where Swift's own allocations trap as well.
        precondition(status == HS_SUCCESS, "no memory for regex scratch")
    }

    deinit {
        if let regex = self.regex { hs_free_scratch(regex) }
    }

    func finds(_ program: RegexProgram, in text: Span<UInt8>) -> Bool {
        guard let length = UInt32(exactly: text.count) else { return false }
        return text.withUnsafeBytes { bytes in
            let start = bytes.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) } ?? Self.nothing
            // Ends the scan at the first match, which is all that is asked.
            let status = hs_scan(program.database, start, length, 0, self.regex, { _, _, _, _, _ in 1 }, nil)
            return status == HS_SCAN_TERMINATED
        }
    }

    /// Appends to `hits` the numbers of all patterns that are in the text.
    func findAll(_ database: PatternDatabase, in text: Span<UInt8>) {
        guard let length = UInt32(exactly: text.count) else { return }
        withUnsafeMutablePointer(to: &self.hits) { hits in
            text.withUnsafeBytes { bytes in
                let start = bytes.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) } ?? Self.nothing
                _ = hs_scan(
                    database.database, start, length, 0, self.regex,
                    { number, _, _, _, hits in
                        hits?.assumingMemoryBound(to: [UInt32].self).pointee.append(number)
                        return 0
                    }, hits)
            }
        }
    }

    /// An address for empty texts, which the engine wants even though it reads nothing from it.
    // Sound to share: one byte that nobody writes after this and nobody frees.
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()
}
