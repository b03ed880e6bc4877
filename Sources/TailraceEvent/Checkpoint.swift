/// What an input needs to go on exactly where the log ends, stored in the same transaction as the events before it.
package struct Checkpoint: Sendable, Hashable {
    /// Name of the input.
    package var input: String
    /// What it is about: a file's identity, the journal; the input's own choice.
    package var key: String
    /// The input's own encoding, nil to forget the key.
    package var value: [UInt8]?

    package init(input: String, key: String, value: [UInt8]?) {
        self.input = input
        self.key = key
        self.value = value
    }
}
