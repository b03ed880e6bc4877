internal import Glibc

/// Tells systemd how the relay is doing, sd_notify(3); where it was not systemd that started it, nothing happens.
///
/// libsystemd's own call waits while the socket is full. This one is made from event loops and must not: what can't be
/// sent at once is not said, and nothing in the relay depends on it.
package struct ServiceManager: Sendable {
    /// How often the watchdog wants to hear from the relay (`WatchdogSec=`); nil where nobody watches.
    package let watchdogInterval: Duration?
    private let socket: DatagramSocket?

    package static let ofThisProcess = ServiceManager { name in getenv(name).map { String(cString: $0) } }

    /// A shorter time is a mistake: nothing would be left to do but answer.
    private static let shortestWatchdogMicroseconds: Int64 = 100_000
    /// What `systemctl status` shows in a line; systemd itself takes more.
    private static let maxStatusBytes = 512

    /// - Parameter variable: a variable of the environment. None of them is believed further than it makes sense.
    package init(variable: (String) -> String?) {
        self.socket = variable("NOTIFY_SOCKET").flatMap(DatagramSocket.init)
        let isOurs = variable("WATCHDOG_PID").map { pid_t($0) == getpid() } ?? true
        let microseconds = variable("WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
        self.watchdogInterval =
            isOurs && self.socket != nil && microseconds >= Self.shortestWatchdogMicroseconds
            ? .microseconds(microseconds) : nil
    }

    /// The relay serves, after its start or a reload.
    package func ready(_ status: String) { self.tell(["READY=1", Self.status(status)]) }

    /// A new configuration is being read; `ready` ends it.
    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        self.tell(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)", Self.status("Reads its configuration again")])
    }

    package func stopping() { self.tell(["STOPPING=1", Self.status("Stops: commits what was read")]) }

    /// What `systemctl status` shows.
    package func status(_ text: String) { self.tell([Self.status(text)]) }

    /// Every event loop answers.
    package func alive() { self.tell(["WATCHDOG=1"]) }

    private func tell(_ lines: [String]) {
        _ = self.socket?.send(Array(lines.joined(separator: "\n").utf8))
    }

    /// A line break would begin another assignment.
    private static func status(_ text: String) -> String {
        let line = text.utf8.prefix(Self.maxStatusBytes).map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
        return "STATUS=" + String(decoding: line, as: UTF8.self)
    }
}
