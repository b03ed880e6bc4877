import TailraceCodec
import TailraceFleet

/// What a hub looks at messages with.
struct JSONCheck {
    private var scanner = JSONScanner()

    init() {}

    mutating func understand(_ stored: StoredMessage, _ subjects: FleetSubjects) -> HubMessage {
        HubMessage(stored, subjects, &self.scanner)
    }
}
