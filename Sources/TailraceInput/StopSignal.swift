import CLinux
import Glibc
import Synchronization

/// Tells blocking readers to stop: a flag, and a descriptor that becomes readable for `poll(2)`.
package final class StopSignal: Sendable {
    /// Readable once stopped (an `eventfd(2)`).
    package let descriptor: Int32
    private let flag = Atomic<Bool>(false)

    package init() {
        self.descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(self.descriptor >= 0, "eventfd failed: \(errno)")
    }

    deinit { close(self.descriptor) }

    package var isStopped: Bool { self.flag.load(ordering: .acquiring) }

    package func stop() {
        self.flag.store(true, ordering: .releasing)
        _ = eventfd_write(self.descriptor, 1)
    }

    /// Waits until stopped or `milliseconds` are over; true if stopped.
    @discardableResult
    package func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
        return self.isStopped
    }
}
