import CLinux
import Glibc

/// Who sent a message, as far as the kernel tells.
struct MessageSender {
    var process: PeerIdentity?
    var address: IPAddress?
}

/// Reads bytes and messages from sockets without blocking, into one buffer that all connections share.
struct SocketReader: ~Copyable {
    enum Outcome {
        /// So many bytes of the buffer are new. `lost` bytes of the message did not fit.
        case bytes(Int, lost: Int, sender: MessageSender?)
        /// Nothing more for now.
        case empty
        /// The peer is done, or the connection is broken.
        case ended
    }

    private(set) var buffer: [UInt8]

    init(bytes: Int) { self.buffer = Array(repeating: 0, count: bytes) }

    /// A piece of a byte stream. No control buffer: the kernel itself closes descriptors that are sent along.
    mutating func readStream(_ descriptor: Int32, limit: Int) -> Outcome {
        let limit = min(limit, self.buffer.count)
        let count = read(descriptor, &self.buffer, limit)
        if count > 0 { return .bytes(count, lost: 0, sender: nil) }
        if count == 0 { return .ended }
        return errno == EAGAIN || errno == EINTR ? .empty : .ended
    }

    /// One message. `connected`: an empty read means the end, unless the kernel names a sender for it.
    mutating func readMessage(_ descriptor: Int32, connected: Bool) -> Outcome {
        var control = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        return withUnsafeMutableBytes(of: &control) { control in
            self.buffer.withUnsafeMutableBytes { bytes in
                var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                var name = sockaddr_storage()
                return withUnsafeMutablePointer(to: &vector) { vector in
                    var header = msghdr()
                    header.msg_iov = vector
                    header.msg_iovlen = 1
                    header.msg_control = control.baseAddress
                    header.msg_controllen = control.count
                    let flags = Int32(MSG_TRUNC) | Int32(MSG_CMSG_CLOEXEC)
                    let count = withUnsafeMutablePointer(to: &name) { name in
                        header.msg_name = UnsafeMutableRawPointer(name)
                        header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                        return recvmsg(descriptor, &header, flags)
                    }
                    if count < 0 { return errno == EAGAIN || errno == EINTR ? .empty : .ended }
                    let written = min(control.count, Int(header.msg_controllen))
                    let messages = ControlMessages(UnsafeRawBufferPointer(rebasing: control[0..<written]))
                    messages.closeDescriptors()
                    if count == 0, connected, messages.peer == nil { return .ended }
                    let kept = min(count, bytes.count)
                    let sender = MessageSender(
                        process: messages.peer, address: header.msg_namelen > 0 ? IPAddress(name) : nil)
                    return .bytes(kept, lost: count - kept, sender: sender)
                }
            }
        }
    }
}
