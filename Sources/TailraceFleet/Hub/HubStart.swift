package import TailraceLog

/// How a hub begins: where its log ends, or anew.
package struct HubStart: Sendable {
    package var link: HubLink
    package var numbering: Numbering
    /// Nothing was published to the stream that the hub has not had, or will not get.
    package var isWhole: Bool
    /// Set if what the log holds is of no use: it has to be opened with these.
    package var begins: EventLog.GivenNumbers?

    /// Where a log stands that may be one of the stream.
    package struct Place: Sendable, Hashable {
        package var epoch: String
        package var head: UInt64
        /// What the last transaction stored; nil if there is nothing or it makes no sense.
        package var anchor: Numbering.Anchor?
        package var isWhole: Bool

        package init(epoch: String, head: UInt64, checkpoints: [String: [UInt8]]) {
            self.epoch = epoch
            self.head = head
            self.anchor = checkpoints[HubFeed.placeKey].flatMap { Numbering.Anchor(stored: $0) }
            self.isWhole = checkpoints[HubFeed.wholeKey] != nil
        }
    }

    /// - Parameter oldest: how far back a hub without anything begins, in nanoseconds since 1970.
    package static func find(_ link: HubLink, _ place: Place, oldest: Int64) throws(NatsError) -> HubStart {
        var link = link
        if place.epoch == link.epoch, let anchor = place.anchor, anchor.number == place.head {
            if anchor.place > link.facts.lastSequence {
                // The server has lost messages that it had given out, and will give their numbers to others.
                link = try link.renewed()
            } else if anchor.place + 1 >= link.facts.firstPlace {
                return HubStart(link: link, numbering: Numbering(anchor), isWhole: place.isWhole, begins: nil)
            }
        }
        if let anchor = try link.anchor(before: oldest) { return Self.anew(link, anchor) }
        // No hub has numbered any of the messages that are left.
        link = try link.renewed()
        return Self.anew(link, link.origin.anchor)
    }

    private static func anew(_ link: HubLink, _ anchor: Numbering.Anchor) -> HubStart {
        HubStart(
            link: link, numbering: Numbering(anchor), isWhole: anchor.place == 0,
            begins: EventLog.GivenNumbers(epoch: link.epoch, after: anchor.number))
    }
}

extension Numbering.Anchor {
    /// `place number`
    var stored: [UInt8] { Array("\(self.place) \(self.number)".utf8) }

    init?(stored: [UInt8]) {
        let words = String(decoding: stored, as: UTF8.self).split(separator: " ")
        guard words.count == 2, let place = UInt64(words[0]), let number = UInt64(words[1]) else { return nil }
        self.init(place: place, number: number)
    }
}
