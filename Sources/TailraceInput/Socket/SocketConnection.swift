import CLinux
import Glibc
import TailraceCodec
import TailraceEvent

/// Who a sender is, for limits: nobody gets all the room.
enum Sender: Hashable {
    case user(UInt32)
    case address(IPAddress)

    /// The administrator may use everything.
    var isUnlimited: Bool { self == .user(0) }
}

/// One accepted connection.
final class SocketConnection {
    let descriptor: OwnedDescriptor
    let listener: SocketListener
    let sender: Sender
    /// The sender's trusted fields, asked for once when it connected.
    let fields: [UInt8]
    /// Of its events, as long as they name no other; nil for the relay's own.
    let host: String?
    var scribe: any SocketScribe
    var lastRead = ContinuousClock.now

    init(
        _ descriptor: consuming OwnedDescriptor, from address: IPAddress?, on listener: SocketListener,
        scribe: any SocketScribe
    ) {
        if let address {
            self.sender = .address(address)
            let mark = AddressMarks.Mark(address)
            self.fields = mark.fields
            self.host = mark.host
        } else {
            let process = PeerIdentity(connection: descriptor.number)
            self.sender = .user(process?.uid ?? .max)
            self.fields = process?.fields() ?? []
            self.host = nil
        }
        self.descriptor = descriptor
        self.listener = listener
        self.scribe = scribe
    }

    var number: Int32 { self.descriptor.number }

    /// From here on a local writer is refused; what it has written already can still be read.
    func refuseMore() { if self.listener.isLocal { shutdown(self.number, Int32(SHUT_RD)) } }

    /// Bytes that the kernel holds for this connection.
    var unreadBytes: Int {
        var count: Int32 = 0
        return ioctl(self.number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}

/// What is said of events from an address, for those that sent lately.
struct AddressMarks {
    struct Mark {
        /// `"peer":"192.0.2.1"`
        var fields: [UInt8] = []
        var host: String
    }

    private var known: [IPAddress: Mark] = [:]
    private static let maxAddresses = 4096

    mutating func mark(of address: IPAddress) -> Mark {
        if let mark = self.known[address] { return mark }
        if self.known.count >= Self.maxAddresses { self.known.removeAll(keepingCapacity: true) }
        let mark = Mark(address)
        self.known[address] = mark
        return mark
    }
}

extension AddressMarks.Mark {
    init(_ address: IPAddress) {
        self.host = address.description
        self.fields.append("\"peer\":")
        JSONText.append(self.host, to: &self.fields)
    }
}
