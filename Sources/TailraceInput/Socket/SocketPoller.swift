import CLinux
import Glibc

/// Waits for many descriptors at once (`epoll(7)`, level-triggered: what is left unread is reported again).
struct SocketPoller: ~Copyable {
    /// One descriptor that has something to read or was closed by its peer.
    struct Ready {
        var descriptor: Int32
    }

    private let epoll: OwnedDescriptor
    private var slots: [epoll_event]

    /// - Parameter maxReady: how many descriptors one wait reports at most; the rest comes with the next.
    init(maxReady: Int) throws(SystemRefusal) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemRefusal("cannot watch sockets", errno: errno) }
        self.epoll = OwnedDescriptor(number)
        self.slots = Array(repeating: epoll_event(), count: maxReady)
    }

    func add(_ descriptor: Int32) throws(SystemRefusal) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor))
        guard epoll_ctl(self.epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SystemRefusal("cannot watch a socket", errno: errno)
        }
    }

    func remove(_ descriptor: Int32) {
        var event = epoll_event()
        _ = epoll_ctl(self.epoll.number, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Blocks until something is ready or the time is over; -1 waits for ever.
    mutating func wait(milliseconds: Int32) throws(SystemRefusal) -> [Ready] {
        let count = epoll_wait(self.epoll.number, &self.slots, Int32(self.slots.count), milliseconds)
        if count < 0 {
            let code = errno
            guard code == EINTR else { throw SystemRefusal("cannot wait for sockets", errno: code) }
            return []
        }
        return self.slots.prefix(Int(count)).map { Ready(descriptor: $0.data.fd) }
    }
}
