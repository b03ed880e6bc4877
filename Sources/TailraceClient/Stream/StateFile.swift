internal import Glibc
internal import Synchronization
package import TailraceEvent

/// Keeps a reader's position in a file, so that the next run goes on where this one stopped.
///
/// Positions are noted as often as they move; somebody calls `save` now and then. The file always holds one whole
/// position: it is written beside its place, synced and renamed.
package final class StateFile: Sendable {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    private struct State {
        var noted: Position?
        var saved: Position?
    }

    package let path: String
    private let state = Mutex(State())

    /// Longer than any position.
    private static let maxBytes = 256

    package init(path: String) { self.path = path }

    /// What the file holds; nil if there is none yet.
    package func load() throws(Problem) -> Position? {
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw self.problem("cannot be read")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.maxBytes)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw self.problem("cannot be read") }
        var text = String(decoding: bytes[..<count], as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        guard let position = Position(text) else {
            throw Problem(
                description: "the state file \(self.path) does not hold a position such as fb5rwzwimj:3; "
                    + "name another file, or delete it to begin anew")
        }
        self.state.withLock { $0 = State(noted: position, saved: position) }
        return position
    }

    package func note(_ position: Position) { self.state.withLock { $0.noted = position } }

    /// Writes the position if it has moved since the last time.
    package func save() throws(Problem) {
        try self.state.withLock { (state) throws(Problem) in
            guard let position = state.noted, position != state.saved else { return }
            try self.write("\(position)\n")
            state.saved = position
        }
    }

    private func write(_ text: String) throws(Problem) {
        let target = self.target
        let temporary = "\(target).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw self.problem("cannot be written") }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        guard isWritten, rename(temporary, target) == 0 else {
            let problem = self.problem("cannot be written", isWritten ? errno : failure)
            unlink(temporary)
            throw problem
        }
    }

    /// Where a link points: the link stays.
    private var target: String {
        guard let resolved = realpath(self.path, nil) else { return self.path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func problem(_ what: String, _ code: Int32 = errno) -> Problem {
        Problem(description: "the state file \(self.path) \(what): \(String(cString: strerror(code)))")
    }
}
