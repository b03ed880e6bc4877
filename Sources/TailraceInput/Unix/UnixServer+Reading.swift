import CLinux
import Glibc
import TailraceEvent

extension UnixServer {
    /// Takes what a connection has, at most so many pieces; ends it when its peer has.
    func read(_ connection: UnixConnection, turns: Int) throws {
        for _ in 0..<turns {
            let outcome =
                self.settings.mode == .stream
                ? self.reader.readStream(connection.number, limit: Self.streamReadBytes)
                : self.reader.readMessage(connection.number, connected: true)
            switch outcome {
            case .empty:
                return
            case .ended:
                self.close(connection)
                return
            case .bytes(let count, let lost, let control):
                connection.lastRead = .now
                self.readBytes += count + lost
                if self.settings.mode == .stream {
                    self.takeStream(count, from: connection)
                    if count < Self.streamReadBytes { return }
                } else {
                    let fields = control?.peer.map { self.peers.fields(of: $0) } ?? connection.fields
                    self.takeMessage(count, lost: lost, fields: fields)
                }
            }
            if self.batch.weight >= Self.maxBatchWeight { try self.flush() }
        }
    }

    /// Takes the datagrams that wait, at most one turn's worth.
    func readDatagrams() throws {
        for _ in 0..<Self.maxMessagesPerTurn {
            let outcome = self.reader.readMessage(self.socket.descriptor.number, connected: false)
            guard case .bytes(let count, let lost, let control) = outcome else { return }
            self.readBytes += count + lost
            if let overflow = control?.overflow { self.takeOverflow(overflow) }
            let fields = control?.peer.map { self.peers.fields(of: $0) } ?? []
            self.takeMessage(count, lost: lost, fields: fields)
            if self.batch.weight >= Self.maxBatchWeight { try self.flush() }
        }
    }

    private func takeStream(_ count: Int, from connection: UnixConnection) {
        let origin = self.currentOrigin()
        let bytes = self.reader.buffer
        connection.scribe.take(
            bytes.span.extracting(0..<count), at: .now(), origin: origin, baseFields: connection.fields,
            into: &self.batch)
        self.context.status.counted(connection.scribe.takeCounts())
        self.noteWaiting(connection)
    }

    /// A message is a whole: its last line ends with it, newline or not.
    private func takeMessage(_ count: Int, lost: Int, fields: [UInt8]) {
        let time = Timestamp.now()
        let origin = self.currentOrigin()
        let bytes = self.reader.buffer
        self.messageScribe.take(
            bytes.span.extracting(0..<count), at: time, origin: origin, baseFields: fields,
            into: &self.batch)
        let hadRest = self.messageScribe.finishLine(
            lost: lost, at: time, origin: origin, baseFields: fields, into: &self.batch)
        self.context.status.counted(self.messageScribe.takeCounts())
        guard lost > 0 else { return }
        if !hadRest {
            self.context.status.update { $0.truncated += 1 }
            self.tellCut(lost, fields: fields, at: time)
        }
    }

    /// The cut fell between two lines, so no line can carry the mark.
    private func tellCut(_ lost: Int, fields: [UInt8], at time: Timestamp) {
        let gap = SourceGap(
            reason: "truncated", count: UInt64(lost), unit: "bytes",
            message: "A message was longer than \(self.reader.buffer.count) bytes; its last \(lost) bytes were cut off")
        self.batch.append(gap, origin: self.currentOrigin(), at: time, baseFields: fields)
    }

    private func takeOverflow(_ total: UInt32) {
        let new = total &- self.overflow
        guard new > 0 else { return }
        self.overflow = total
        self.context.status.update { $0.lost += UInt64(new) }
        let gap = SourceGap(
            reason: "dropped", count: UInt64(new),
            message: "The kernel dropped \(new) messages because the socket's queue was full")
        self.batch.append(gap, origin: self.currentOrigin(), at: .now())
    }
}
