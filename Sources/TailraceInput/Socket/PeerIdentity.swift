import CLinux
import Glibc
import TailraceEvent

/// Who writes, as the kernel says: the fields that no text can override.
struct PeerIdentity: Hashable {
    /// 0 if the process is in another pid namespace.
    var pid: Int32
    var uid: UInt32
    var gid: UInt32

    init(_ credentials: tailrace_peer) {
        self.pid = credentials.pid
        self.uid = credentials.uid
        self.gid = credentials.gid
    }

    /// Asks for the process that connected (`SO_PEERCRED`).
    init?(connection descriptor: Int32) {
        var credentials = tailrace_peer()
        var length = socklen_t(MemoryLayout<tailrace_peer>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
        self.init(credentials)
    }

    /// `"pid":811,"uid":0,"gid":0,"comm":"nginx"`; `comm` only while the process can be looked at.
    func fields() -> [UInt8] {
        var text: [UInt8] = []
        if self.pid > 0 {
            text.append("\"pid\":")
            text.appendDecimal(Int64(self.pid))
            text.append(",")
        }
        text.append("\"uid\":")
        text.appendDecimal(UInt64(self.uid))
        text.append(",\"gid\":")
        text.appendDecimal(UInt64(self.gid))
        if self.pid > 0, let name = KernelFile.text("/proc/\(self.pid)/comm") {
            text.append(",\"comm\":")
            JSONText.append(String(decoding: name, as: UTF8.self), to: &text)
        }
        return text
    }
}

/// The fields of those who sent lately, because a datagram names its sender each time.
struct PeerCache {
    private var known: [PeerIdentity: (fields: [UInt8], until: ContinuousClock.Instant)] = [:]

    /// Senders that are remembered; a machine has seldom more that log at one time.
    private static let maxPeers = 1024
    /// A number may belong to another process after a while; the kernel goes through all numbers before it repeats one.
    private static let lifetime = Duration.seconds(5)

    mutating func fields(of peer: PeerIdentity) -> [UInt8] {
        let now = ContinuousClock.now
        if let entry = self.known[peer], entry.until > now { return entry.fields }
        let fields = peer.fields()
        if self.known.count >= Self.maxPeers { self.known.removeAll(keepingCapacity: true) }
        self.known[peer] = (fields, now + Self.lifetime)
        return fields
    }
}
