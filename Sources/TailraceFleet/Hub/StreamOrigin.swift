/// Where numbering of a stream began, as the first hub wrote it down for all: `name place number`.
package struct StreamOrigin: Sendable, Hashable {
    /// Chosen at random, so that numbers that begin again are told from those before.
    package var name: String
    package var anchor: Numbering.Anchor

    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

    /// Another one, with the messages behind `place` yet to be numbered.
    static func make(after place: UInt64) -> StreamOrigin {
        let name = (0..<8).map { _ in Self.letters[Int.random(in: 0..<Self.letters.count)] }
        return StreamOrigin(
            name: String(decoding: name, as: UTF8.self), anchor: Numbering.Anchor(place: place, number: 0))
    }

    private init(name: String, anchor: Numbering.Anchor) {
        self.name = name
        self.anchor = anchor
    }

    var stored: [UInt8] { Array("\(self.name) \(self.anchor.place) \(self.anchor.number)".utf8) }

    init?(stored: [UInt8]) {
        let words = String(decoding: stored, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let place = UInt64(words[1]), let number = UInt64(words[2]) else { return nil }
        self.init(name: String(words[0]), anchor: Numbering.Anchor(place: place, number: number))
    }
}
