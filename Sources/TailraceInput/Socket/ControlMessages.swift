import CLinux
import Glibc

/// What the kernel sends beside a message, `cmsg(3)`.
///
/// ```
/// | length: size_t | level: int | type: int | data … | padding to 8 | next …
///   length counts the 16 bytes of the header and the data, not the padding
/// ```
struct ControlMessages {
    /// Who sent the message (`SCM_CREDENTIALS`).
    var peer: PeerIdentity?
    /// Descriptors that came along (`SCM_RIGHTS`), now this process's to close.
    var descriptors: [Int32] = []

    /// Room for credentials; descriptors that don't fit are closed by the kernel.
    static let capacity = 64

    private static let headerBytes = 16
    /// `SCM_CREDENTIALS`, unix(7), which the C library hides from strict programs.
    private static let credentials: Int32 = 2

    init(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + Self.headerBytes <= bytes.count {
            let length = bytes.loadUnaligned(fromByteOffset: offset, as: UInt.self)
            guard length >= UInt(Self.headerBytes), length <= UInt(bytes.count - offset) else { return }
            let level = bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int32.self)
            let type = bytes.loadUnaligned(fromByteOffset: offset + 12, as: Int32.self)
            if level == SOL_SOCKET {
                let data = bytes[offset + Self.headerBytes..<offset + Int(length)]
                self.take(type: type, UnsafeRawBufferPointer(rebasing: data))
            }
            offset += (Int(length) + 7) & ~7
        }
    }

    private mutating func take(type: Int32, _ data: UnsafeRawBufferPointer) {
        switch type {
        case Self.credentials where data.count >= MemoryLayout<tailrace_peer>.size:
            self.peer = PeerIdentity(data.loadUnaligned(as: tailrace_peer.self))
        case Int32(SCM_RIGHTS):
            for offset in stride(from: 0, to: data.count & ~3, by: 4) {
                self.descriptors.append(data.loadUnaligned(fromByteOffset: offset, as: Int32.self))
            }
        default:
            break
        }
    }

    /// Nobody asked for them, and a sender must not be able to fill this process's descriptor table.
    func closeDescriptors() {
        for descriptor in self.descriptors { close(descriptor) }
    }
}
