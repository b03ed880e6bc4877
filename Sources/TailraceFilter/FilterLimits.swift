/// What one filter may hold; each limit is a parse error that names it.
///
/// A filter comes from anybody who may read, is kept per lens, and runs on every event: so it is bounded before it is
/// built.
package enum FilterLimits {
    /// Fits a pasted line and any filter written by hand; also bounds a page's URL that carries it.
    package static let maxTextBytes = 8192
    /// Every clause, list value and switched-off clause counts.
    package static let maxClauses = 64
    /// Nested parentheses; bounds the parser's and the matcher's recursion.
    package static let maxDepth = 16
    /// Regex and wildcard patterns: beyond this the automaton or the scan gets dear.
    package static let maxPatternBytes = 1024
    /// Steps of a field's name such as `a.b[0].c`; bounds the recursion of the look-up.
    package static let maxPathSteps = 16
    /// States that a regex may unroll to, as `RegexBudget` estimates them: keeps compiling under about half a second.
    static let maxRegexWeight = 4096
    /// Bytes of one compiled regex.
    static let maxRegexDatabaseBytes = 4 << 20

    /// Different clauses in one `MatcherSet`; a filter that brings more is matched alone.
    package static let maxSetClauses = 32_768
    /// What all patterns of a combined scan may weigh together, the dearest left out: a letter of a literal or a state
    /// of a regex weighs one. Keeps compiling under about three seconds of one core, whatever is looked for.
    package static let maxSetWeight = 32_768
    /// Bytes of a set's compiled scans together.
    package static let maxSetDatabaseBytes = 64 << 20
    /// Below this many patterns on one field, asking each is as cheap as scanning for all.
    static let minScanPatterns = 8
    /// A literal in a combined scan is cut to this; what holds the beginning is then asked for the whole.
    static let maxScanLiteralBytes = 256
}
