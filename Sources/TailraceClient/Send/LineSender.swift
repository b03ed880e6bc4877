internal import Glibc
internal import TailraceEvent

/// Hands the lines of a descriptor to a relay's socket, as fast as the relay takes them.
package struct LineSender: ~Copyable {
    package struct Outcome: Sendable, Hashable {
        package var lines = 0
        /// Numbers of lines that no message can hold.
        package var tooLong: [Int] = []
    }

    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    private static let readBytes = 64 << 10
    /// A line of messages is gathered before it is sent; `net.core.wmem_max` is far below this.
    private static let maxMessageBytes = 16 << 20

    private let socket: SenderSocket
    private let header: SendHeader?
    private var outcome = Outcome()
    /// Of a message: the line so far. Of a stream nothing is held back.
    private var line: [UInt8] = []
    private var isLineTooLong = false
    private var isAtLineStart = true

    package init(socket: consuming SenderSocket, header: SendHeader?) {
        self.socket = socket
        self.header = header
    }

    /// Until the end of what is read; a last line without its end is a line too.
    package mutating func run(reading descriptor: Int32) throws -> Outcome {
        var buffer = [UInt8](repeating: 0, count: Self.readBytes)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Problem(description: "the input cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            try self.take(buffer[..<count])
        }
        if !self.isAtLineStart { try self.take([0x0a]) }
        return self.outcome
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws {
        switch self.socket.kind {
        case .stream: try self.takeStream(bytes)
        case .messages: try self.takeMessages(bytes)
        }
    }

    /// Lines of any length pass through in the pieces they come in.
    private mutating func takeStream(_ bytes: ArraySlice<UInt8>) throws {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 256)
        var start = bytes.startIndex
        while start < bytes.endIndex {
            if self.isAtLineStart { self.header?.append(at: .now(), to: &text) }
            let end = bytes[start...].firstIndex(of: 0x0a)
            self.isAtLineStart = end != nil
            if end != nil { self.outcome.lines += 1 }
            let next = end.map { $0 + 1 } ?? bytes.endIndex
            text.append(contentsOf: bytes[start..<next])
            start = next
        }
        try self.socket.write(text)
    }

    private mutating func takeMessages(_ bytes: ArraySlice<UInt8>) throws {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            if self.isAtLineStart { self.header?.append(at: .now(), to: &self.line) }
            let end = bytes[start...].firstIndex(of: 0x0a)
            self.isAtLineStart = end != nil
            let piece = bytes[start..<(end ?? bytes.endIndex)]
            if self.line.count + piece.count > Self.maxMessageBytes { self.isLineTooLong = true }
            if !self.isLineTooLong { self.line.append(contentsOf: piece) }
            if end != nil { try self.sendLine() }
            start = end.map { $0 + 1 } ?? bytes.endIndex
        }
    }

    private mutating func sendLine() throws {
        defer {
            self.line.removeAll(keepingCapacity: true)
            self.isLineTooLong = false
        }
        self.outcome.lines += 1
        // An empty message says nothing, and on some sockets means the end.
        if self.line.isEmpty, !self.isLineTooLong { return }
        let isSent = self.isLineTooLong ? false : try self.socket.send(message: self.line)
        if !isSent { self.outcome.tooLong.append(self.outcome.lines) }
    }
}
