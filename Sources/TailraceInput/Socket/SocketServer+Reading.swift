import CLinux
import Glibc
import TailraceCodec
import TailraceEvent

extension SocketServer {
    /// Takes what a connection has, at most so many pieces; ends it when its peer has.
    func read(_ connection: SocketConnection, turns: Int) throws {
        let isStream = connection.listener.endpoint.carriage == .stream
        for _ in 0..<turns {
            let outcome =
                isStream
                ? self.reader.readStream(connection.number, limit: Self.streamReadBytes)
                : self.reader.readMessage(connection.number, connected: true)
            switch outcome {
            case .empty:
                return
            case .ended:
                self.close(connection)
                return
            case .bytes(let count, let lost, let sender):
                connection.lastRead = .now
                self.readBytes += count + lost
                if isStream {
                    guard self.takePiece(count, from: connection) else { return }
                    if count < Self.streamReadBytes { return }
                } else {
                    let fields = sender?.process.map { self.peers.fields(of: $0) } ?? connection.fields
                    self.takeMessage(count, lost: lost, fields: fields, host: connection.host)
                }
            }
            try self.flushIfFull()
        }
    }

    /// False if the connection was closed because what it sends makes no sense.
    private func takePiece(_ count: Int, from connection: SocketConnection) -> Bool {
        let bytes = self.reader.buffer
        let context = self.lineContext(of: connection)
        let problem = connection.scribe.takePiece(bytes.span.extracting(0..<count), context, into: &self.batch)
        self.counts.add(connection.scribe.takeCounts())
        self.noteWaiting(connection)
        guard let problem else { return true }
        let text = "The connection was closed because its messages can't be told apart: \(problem)"
        let gap = SourceGap(reason: "framing", count: nil, unit: "bytes", message: text)
        self.tell(gap, host: connection.host, fields: connection.fields)
        self.context.status.failed("\(connection.listener.endpoint): \(text)")
        self.close(connection)
        return false
    }

    /// Where the events of a connection belong that come now.
    func lineContext(of connection: SocketConnection) -> LineContext {
        self.lineContext(fields: connection.fields, host: connection.host)
    }

    func lineContext(fields: [UInt8] = [], host: String? = nil) -> LineContext {
        LineContext(received: .now(), now: .now, origin: self.origin(of: host), fields: fields)
    }

    /// Takes the datagrams that wait, at most one turn's worth.
    func readDatagrams(_ listener: SocketListener) throws {
        for _ in 0..<Self.maxMessagesPerTurn {
            let outcome = self.reader.readMessage(listener.number, connected: false)
            guard case .bytes(let count, let lost, let sender) = outcome else { break }
            self.readBytes += count + lost
            if let address = sender?.address {
                guard self.admits(address) else { continue }
                let mark = self.addresses.mark(of: address)
                self.takeMessage(count, lost: lost, fields: mark.fields, host: mark.host)
            } else {
                let fields = sender?.process.map { self.peers.fields(of: $0) } ?? []
                self.takeMessage(count, lost: lost, fields: fields, host: nil)
            }
            try self.flushIfFull()
        }
        self.tellDrops(of: listener)
    }

    private func takeMessage(_ count: Int, lost: Int, fields: [UInt8], host: String?) {
        let context = self.lineContext(fields: fields, host: host)
        let bytes = self.reader.buffer
        let isMarked = self.messageScribe.takeMessage(
            bytes.span.extracting(0..<count), lost: lost, context, into: &self.batch)
        self.counts.add(self.messageScribe.takeCounts())
        guard lost > 0, !isMarked else { return }
        self.counts.truncated += 1
        // The cut fell between two lines, so no line can carry the mark.
        let gap = SourceGap(
            reason: "truncated", count: UInt64(lost), unit: "bytes",
            message: "A message was longer than \(bytes.count) bytes; its last \(lost) bytes were cut off")
        self.tell(gap, host: host, fields: fields)
    }

    // MARK: What is not taken

    private func admits(_ address: IPAddress) -> Bool {
        guard self.isAllowed(address) else {
            self.leaveOut(.notAllowed)
            self.refusedMessages += 1
            // Powers of two: a flood of refusals must not become one of status changes.
            if self.refusedMessages & (self.refusedMessages - 1) == 0 { self.showState() }
            return false
        }
        guard self.rates?.admits(address) ?? true else {
            self.leaveOut(.rateLimit)
            return false
        }
        return true
    }

    private func leaveOut(_ reason: LineLoss) {
        self.counts.lines += 1
        self.counts.drop(reason)
    }

    func isAllowed(_ address: IPAddress) -> Bool {
        self.settings.allowed.isEmpty || self.settings.allowed.contains { $0.contains(address) }
    }

    private func tellDrops(of listener: SocketListener) {
        let drops = listener.newDrops()
        guard drops > 0 else { return }
        self.context.status.update { $0.lost += UInt64(drops) }
        let gap = SourceGap(
            reason: "dropped", count: UInt64(drops),
            message: "The kernel dropped \(drops) messages because the socket's queue was full: \(listener.endpoint)")
        self.tell(gap)
    }

    /// Tells once a second who has sent more than the limit, and how much more.
    func tellRates(isLast: Bool = false) {
        guard let limit = self.settings.maxRate, let refused = self.rates?.finishedSecond(isLast: isLast) else {
            return
        }
        for (address, count) in refused {
            self.context.status.update { $0.lost += UInt64(count) }
            let mark = address.map { AddressMarks.Mark($0) }
            let who = mark?.host ?? "Addresses beyond the first \(SenderRates.maxAddresses)"
            let gap = SourceGap(
                reason: "rate_limit", count: UInt64(count),
                message: "\(who) sent more than \(limit) messages in a second; \(count) were not taken")
            self.tell(gap, host: mark?.host, fields: mark?.fields ?? [])
        }
    }
}
