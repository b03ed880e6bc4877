internal import Foundation
internal import Glibc

/// A named thread that can be joined: inputs, the log and the sync each have one, since they block.
final class RelayThread: Sendable {
    private let ended = ThreadEnd()

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let ended = self.ended
        let thread = Thread {
            // Only a thread that runs can be called so for tools; the kernel keeps 15 bytes.
            Thread.current.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
            body()
            ended.signal()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// True if the thread ended within the time.
    func join(milliseconds: Int) -> Bool { self.ended.wait(milliseconds: milliseconds) }
}

private final class ThreadEnd: Sendable {
    private let gate = ThreadGate()

    func signal() { self.gate.open() }

    func wait(milliseconds: Int) -> Bool {
        self.gate.wait(since: 0, milliseconds: milliseconds)
        return self.gate.ticket > 0
    }
}
