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
    private let newest = Mutex<(count: UInt64, told: Told?)>((0, nil))

    init(_ definition: PanelDefinition) { self.definition = definition }

    package var id: String { self.definition.id }

    /// Nil until it has told something.
    var told: Told? { self.newest.withLock { $0.told } }

    func tell(_ message: ControlMessage) {
        let (frame, sent) = (ServerFrame.text(message.json), ServerSentMessage.text(message.json))
        self.newest.withLock { newest in
            newest.count += 1
            newest.told = Told(version: newest.count, json: message.json, frame: frame, message: sent)
        }
    }

    /// It is not computed any more. Versions go on: who saw it before sees what it tells next.
    func forget() { self.newest.withLock { $0.told = nil } }
}
