import CLinux
import Glibc

/// A command and all that it has started, as its keeper sees them.
struct ExecFamily {
    private let main: pid_t
    /// Readable when a child has ended.
    private let children: Int32
    private var hasMain = true
    /// False once no descendant is left.
    private var isThere = true

    /// Processes that the kernel can't end (waiting for a dead disk) must not keep the keeper for ever.
    private static let killMilliseconds: Int32 = 5000
    private static let turnMilliseconds: Int32 = 20

    init(main: pid_t, children: Int32) {
        self.main = main
        self.children = children
    }

    /// Returns when the relay's end of the control socket is closed, or nothing is left to keep.
    mutating func keep() {
        while self.isThere {
            var entries = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.children, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&entries, 2, -1) > 0 else { continue }
            if entries[1].revents != 0 { self.reap() }
            if entries[0].revents != 0 { return }
        }
    }

    /// Asks all to end, and ends those that have not after the grace.
    mutating func end(graceMilliseconds: Int32) {
        self.reap()
        guard self.isThere else { return }
        self.signalAll(SIGTERM)
        self.wait(milliseconds: graceMilliseconds)
        guard self.isThere else { return }
        ExecReport.killed(Int32(clamping: self.descendants().count)).send()
        let deadline = ContinuousClock.now + .milliseconds(Int64(Self.killMilliseconds))
        // In turns: what is forked while the list is read is in the next one.
        while self.isThere, ContinuousClock.now < deadline {
            self.signalAll(SIGKILL)
            self.wait(milliseconds: Self.turnMilliseconds)
        }
    }

    private mutating func wait(milliseconds: Int32) {
        let deadline = ContinuousClock.now + .milliseconds(Int64(milliseconds))
        while self.isThere {
            let left = Int32(clamping: Int((deadline - .now) / .milliseconds(1)))
            if left <= 0 { return }
            var entry = pollfd(fd: self.children, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, left)
            self.reap()
        }
    }

    /// Takes leave of all that have ended.
    private mutating func reap() {
        var info = signalfd_siginfo()
        while read(self.children, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {}
        while true {
            var status: Int32 = 0
            let pid = waitpid(-1, &status, WNOHANG)
            if pid < 0, errno == EINTR { continue }
            if pid < 0 { self.isThere = false }
            guard pid > 0 else { return }
            if pid == self.main, self.hasMain {
                self.hasMain = false
                ExecReport.ended(ExecEnd(waitStatus: status)).send()
            }
        }
    }

    private func signalAll(_ number: Int32) {
        let all = self.descendants()
        for pid in all { kill(pid, number) }
        // A kernel without lists of children leaves the command's own session.
        if all.isEmpty { kill(-self.main, number) }
    }

    private func descendants() -> [pid_t] {
        var found = Self.children(of: getpid())
        var index = 0
        while index < found.count {
            found += Self.children(of: found[index])
            index += 1
        }
        return found
    }

    /// Of all threads of a process.
    private static func children(of pid: pid_t) -> [pid_t] {
        JournalLeftOut.names(in: "/proc/\(pid)/task").flatMap { thread -> [pid_t] in
            guard let list = KernelFile.text("/proc/\(pid)/task/\(thread)/children") else { return [] }
            return list.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        }
    }
}
