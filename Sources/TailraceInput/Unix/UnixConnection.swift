import Glibc
import TailraceCodec

/// One accepted connection.
final class UnixConnection {
    let descriptor: OwnedDescriptor
    let peer: PeerIdentity?
    /// The peer's trusted fields, asked for once when it connected.
    let fields: [UInt8]
    var scribe: EventScribe
    var lastRead = ContinuousClock.now

    init(_ descriptor: consuming OwnedDescriptor, codec: CodecOptions) {
        self.peer = PeerIdentity(connection: descriptor.number)
        self.fields = self.peer?.fields() ?? []
        self.descriptor = descriptor
        self.scribe = EventScribe(codec: codec)
    }

    var number: Int32 { self.descriptor.number }

    /// Bytes that the kernel holds for this connection.
    var unreadBytes: Int {
        var count: Int32 = 0
        return ioctl(self.number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}
