internal import Glibc

/// Lets threads wait for a change that another thread announces: a condition variable with a count of announcements.
///
/// Take the `ticket`, look at the guarded state, and wait with the ticket: an announcement in between is not missed.
///
/// Sound as `@unchecked Sendable`: the count is touched with the mutex held; the mutex and condition are made once,
/// live at fixed addresses until `deinit`, and are made for use from many threads.
final class ThreadGate: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var announcements: UInt64 = 0

    init() {
        self.mutex = .allocate(capacity: 1)
        self.condition = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Waits are not to stretch or shrink when somebody sets the clock.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    var ticket: UInt64 {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return self.announcements
    }

    func open() {
        pthread_mutex_lock(self.mutex)
        self.announcements &+= 1
        pthread_cond_broadcast(self.condition)
        pthread_mutex_unlock(self.mutex)
    }

    /// Returns after an announcement later than `ticket`, or when the time is over.
    func wait(since ticket: UInt64, milliseconds: Int) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += milliseconds / 1000
        deadline.tv_nsec += milliseconds % 1000 * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        while self.announcements == ticket {
            if pthread_cond_timedwait(self.condition, self.mutex, &deadline) != 0 { return }
        }
    }
}
