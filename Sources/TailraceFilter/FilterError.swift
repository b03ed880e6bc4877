/// What is wrong with a filter's text, where, and what would be right.
package struct FilterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, without the place: `unknown level "wran"`.
    package var message: String
    /// Where the wrong part begins: 1-based, in characters.
    package var column: Int
    /// How many characters are wrong; 0 at the end of the text.
    package var length: Int
    /// What was expected there.
    package var expected: String
    /// What to write instead of the wrong part, if that can be guessed.
    package var suggestion: String?

    package init(message: String, column: Int, length: Int, expected: String, suggestion: String? = nil) {
        self.message = message
        self.column = column
        self.length = length
        self.expected = expected
        self.suggestion = suggestion
    }

    /// One line for people.
    package var description: String {
        let place = "column \(self.column): \(self.message); expected \(self.expected)"
        guard let suggestion = self.suggestion else { return place }
        return "\(place); did you mean \(suggestion)?"
    }
}
