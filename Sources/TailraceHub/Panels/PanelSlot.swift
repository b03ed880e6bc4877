internal import NIOCore
internal import Synchronization

/// A panel as its viewers know it: what it told last, made once for all of them.
package final class PanelSlot: Sendable {
    struct Told: Sendable {
        /// Counts what the panel told, from 1.
        var version: UInt64
        var json: [UInt8]
        var frame: ByteBuffer
        var message: ByteBuffer

        func bytes(for form: WireForm) -> ByteBuffer { form == .messages ? self.message : self.frame }
    }

    package let definition: PanelDefinition
    private let newest = Mutex<Told?>(nil)

    init(_ definition: PanelDefinition) { self.definition = definition }

    package var id: String { self.definition.id }

    /// Nil until it has told something.
    var told: Told? { self.newest.withLock { $0 } }

    func tell(_ message: ControlMessage) {
        let (frame, sent) = (ServerFrame.text(message.json), ServerSentMessage.text(message.json))
        self.newest.withLock { told in
            told = Told(version: (told?.version ?? 0) + 1, json: message.json, frame: frame, message: sent)
        }
    }
}
