/// Where the keys and values of a TOML text stand.
///
/// TOMLKit tells no places but those of syntax errors, so they are found beside it, in one pass over the same text. The
/// pass also finds what TOMLKit must not see: the parser in it (toml++ 3.4) ends the process on some malformed texts,
/// such as `[@]`, `a = [}` and `a = 1979-05-27true`, and on very deep ones.
package struct TOMLLocations: Sendable {
    package enum Step: Sendable, Hashable {
        case key(String)
        /// An element of an array, or of an array of tables.
        case index(Int)
    }

    /// Both count from 1; columns in characters.
    package struct Point: Sendable, Hashable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package struct Location: Sendable, Hashable {
        /// For an element of an array the same as `value`.
        package var key: Point
        /// For a table with a header, the header's bracket.
        package var value: Point
        /// A string in one line without escapes: its characters stand in the text one by one, after the quote.
        package var isVerbatim = false
    }

    /// A text with one of these is not given to TOMLKit.
    package enum Hazard: Sendable, Hashable {
        case malformed(String, hint: String?)
        /// Deeper than `maxDepth`: the parser recurses for each level.
        case tooDeep
        /// An escaped NUL ends the string in the parser's C interface.
        case escapedNUL
    }

    /// Levels of tables and arrays; the deepest option is at five.
    package static let maxDepth = 32

    package internal(set) var entries: [[Step]: Location] = [:]
    package internal(set) var hazards: [(point: Point, hazard: Hazard)] = []

    package init(of bytes: [UInt8]) {
        var locator = TOMLKeyLocator(bytes)
        locator.run()
        self.entries = locator.entries
        self.hazards = locator.hazards
    }

    package subscript(path: [Step]) -> Location? { self.entries[path] }
}
