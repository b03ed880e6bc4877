import Glibc

/// The patterns of a set's filters on their way to be compiled: a value that can go to another thread.
package struct PatternJob: Sendable {
    struct Part: Sendable {
        var column: Int
        var serial: UInt64
        var patterns: [(test: UInt64, pattern: ScanPattern)]
    }

    let parts: [Part]

    /// Compiles within the limits; what is over them is left out and asked by itself. Takes its time: not for a thread
    /// that others wait for.
    package func run() -> CompiledPatterns {
        let start = Self.threadSeconds()
        var weight = FilterLimits.maxSetWeight
        var result = CompiledPatterns()
        repeat {
            result.scans = self.parts(upTo: weight).compactMap(Self.compiled)
            weight /= 4
        } while result.bytes > FilterLimits.maxSetDatabaseBytes && weight > 0
        if result.bytes > FilterLimits.maxSetDatabaseBytes { result.scans = [] }
        let offered = self.parts.reduce(0) { $0 + $1.patterns.count }
        result.leftOut = offered - result.scans.reduce(0) { $0 + $1.database.tests.count }
        result.seconds = Self.threadSeconds() - start
        return result
    }

    /// The cheapest patterns that fit, so that a few dear ones don't push out many.
    private func parts(upTo limit: Int) -> [Part] {
        let weights = self.parts.flatMap { $0.patterns.map(\.pattern.weight) }.sorted()
        var (sum, bound) = (0, 0)
        for weight in weights {
            sum += weight
            if sum > limit { break }
            bound = weight
        }
        // Of several that weigh as much as the dearest that fits some may be too many.
        var left = limit
        return self.parts.map { part in
            var part = part
            part.patterns.removeAll { _, pattern in
                guard pattern.weight <= bound, pattern.weight <= left else { return true }
                left -= pattern.weight
                return false
            }
            return part
        }
    }

    private static func compiled(_ part: Part) -> CompiledPatterns.Scan? {
        PatternDatabase(part.patterns).map { .init(column: part.column, serial: part.serial, database: $0) }
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Compiled scans for a set to take.
package struct CompiledPatterns: Sendable {
    struct Scan: Sendable {
        var column: Int
        var serial: UInt64
        var database: PatternDatabase
    }

    var scans: [Scan] = []
    /// Patterns over a limit, which are asked by themselves.
    package internal(set) var leftOut = 0
    /// Processor time that compiling took.
    package internal(set) var seconds = 0.0

    /// Of all compiled scans.
    package var bytes: Int { self.scans.reduce(0) { $0 + $1.database.byteCount } }
}
