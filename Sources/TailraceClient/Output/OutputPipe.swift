internal import Glibc

/// Standard output as a place that may be slow or gone: whole lines, never more in hand than a buffer's worth.
package struct OutputPipe: ~Copyable {
    package enum Failure: Error, Sendable {
        /// Nobody reads any more.
        case closed
        /// It is time to stop and the reader does not take anything.
        case stopped
        case failed(String)
    }

    /// Written when so much has gathered, or when what came together has been taken.
    private static let bufferBytes = 64 << 10
    /// A pipe that polls as writable takes this much without blocking (`PIPE_BUF`, pipe(7)).
    private static let pieceBytes = 4096
    private static let pollMilliseconds: Int32 = 100

    private let descriptor: Int32
    private let stop: StopSwitch
    private let isFile: Bool
    private var buffer: [UInt8] = []

    package init(_ descriptor: Int32, stop: StopSwitch) {
        self.descriptor = descriptor
        self.stop = stop
        var status = stat()
        self.isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    package mutating func write(_ bytes: [UInt8]) throws(Failure) {
        self.buffer.append(contentsOf: bytes)
        if self.buffer.count >= Self.bufferBytes { try self.flush() }
    }

    package mutating func flush() throws(Failure) {
        var start = 0
        defer { self.buffer.removeFirst(start) }
        while start < self.buffer.count {
            let end = self.isFile ? self.buffer.count : min(self.buffer.count, start + Self.pieceBytes)
            try self.waitForRoom()
            let count = self.buffer.withUnsafeBytes { bytes in
                Glibc.write(self.descriptor, bytes.baseAddress! + start, end - start)
            }
            if count >= 0 { start += count } else { try Self.check(errno) }
        }
    }

    private func waitForRoom() throws(Failure) {
        var watched = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&watched, 1, Self.pollMilliseconds) == 0 {
            if self.stop.reason != nil { throw .stopped }
        }
        if watched.revents & Int16(POLLERR) != 0, !self.isFile { throw .closed }
    }

    private static func check(_ code: Int32) throws(Failure) {
        switch code {
        case EINTR, EAGAIN: return
        case EPIPE: throw .closed
        default: throw .failed("the output cannot be written: \(String(cString: strerror(code)))")
        }
    }
}
