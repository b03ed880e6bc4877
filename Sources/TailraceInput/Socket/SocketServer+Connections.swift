import CLinux
import Glibc
import Logging
import TailraceCodec
import TailraceEvent

extension SocketServer {
    /// Takes in all who wait. Too many, or too many of one sender, are closed at once and counted.
    func acceptConnections(_ listener: SocketListener) {
        for _ in 0..<Self.maxReady {
            var address = sockaddr_storage()
            let number = Self.accept(listener.number, &address)
            guard number >= 0 else {
                if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(errno) { self.pauseAccepting(listener, errno) }
                // One who went before being let in is no reason to let the others wait.
                if errno == ECONNABORTED { continue }
                break
            }
            self.admit(
                SocketConnection(
                    OwnedDescriptor(number), from: listener.isLocal ? nil : IPAddress(address), on: listener,
                    scribe: Self.scribe(self.settings)))
        }
        self.showState()
    }

    private static func accept(_ listener: Int32, _ address: inout sockaddr_storage) -> Int32 {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                accept4(listener, $0, &length, Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue))
            }
        }
    }

    private func admit(_ connection: SocketConnection) {
        let sender = connection.sender
        let ofSender = self.connectionsBySender[sender, default: 0]
        if case .address(let address) = sender, !self.isAllowed(address) {
            return self.refuse(sender, "connection refused, its address is not in allow")
        }
        guard self.connections.count < self.settings.maxConnections,
            sender.isUnlimited || ofSender < self.maxConnectionsPerSender,
            (try? self.poller.add(connection.number)) != nil
        else {
            return self.refuse(
                sender, "connection refused, there are too many; raise max_connections or set idle_timeout")
        }
        if connection.listener.endpoint.carriage == .seqpacket { Self.askForSenders(connection.number) }
        self.connections[connection.number] = connection
        self.connectionsBySender[sender] = ofSender + 1
    }

    /// Half: no single user but root, and no single address, can keep the others out.
    private var maxConnectionsPerSender: Int { max(1, self.settings.maxConnections / 2) }

    private func refuse(_ sender: Sender, _ message: Logger.Message) {
        self.refusedConnections += 1
        // Powers of two: a flood of refusals must not become a flood of log lines.
        guard self.refusedConnections & (self.refusedConnections - 1) == 0 else { return }
        self.context.logger.warning(
            message,
            metadata: [
                "sender": "\(sender)", "open": "\(self.connections.count)", "refused": "\(self.refusedConnections)",
            ])
    }

    /// Without a descriptor for it, a waiting connection would be reported again and again.
    private func pauseAccepting(_ listener: SocketListener, _ code: Int32) {
        for one in self.listeners where one.endpoint.carriage != .datagram { self.poller.remove(one.number) }
        self.acceptPausedUntil = .now + .seconds(1)
        let problem = "cannot accept a connection on \(listener.endpoint): \(SystemRefusal.text(code))"
        self.context.status.failed(problem)
    }

    func resumeAccepting() {
        guard let until = self.acceptPausedUntil, until <= .now else { return }
        self.acceptPausedUntil = nil
        for listener in self.listeners where listener.endpoint.carriage != .datagram {
            if (try? self.poller.add(listener.number)) == nil { self.acceptPausedUntil = .now + .seconds(1) }
        }
        self.showState()
    }

    func closeIdleConnections() {
        guard let timeout = self.settings.idleTimeout else { return }
        let limit = ContinuousClock.now - timeout
        for connection in self.connections.values where connection.lastRead < limit { self.close(connection) }
    }

    /// Emits an unfinished line and forgets the connection.
    func close(_ connection: SocketConnection) {
        connection.scribe.finish(self.lineContext(of: connection), into: &self.batch)
        self.counts.add(connection.scribe.takeCounts())
        self.waiting[connection.number] = nil
        self.poller.remove(connection.number)
        self.connections[connection.number] = nil
        let left = self.connectionsBySender[connection.sender, default: 1] - 1
        self.connectionsBySender[connection.sender] = left > 0 ? left : nil
        self.showState()
    }

    // MARK: The end

    /// Nobody new can come; what the kernel holds already is still taken, within a bound.
    ///
    /// What waits in a socket that was handed over stays there for the next start.
    func drain() throws {
        for listener in self.listeners where !listener.isHandedOver {
            if listener.endpoint.carriage != .datagram { self.acceptConnections(listener) }
            listener.removeFile()
            if listener.endpoint.carriage == .datagram { try self.readDatagrams(listener) }
        }
        self.tellRates(isLast: true)
        for connection in self.connections.values {
            connection.refuseMore()
            try self.read(connection, turns: Self.maxTurnsAtEnd)
            guard self.connections[connection.number] != nil else { continue }
            self.tellUnread(connection)
            self.close(connection)
        }
        self.messageScribe.finish(self.lineContext(), into: &self.batch)
        self.counts.add(self.messageScribe.takeCounts())
        try self.flush()
        self.context.status.update { $0.state = .stopped }
    }

    /// A writer that never stops must not keep the relay from stopping: 64 reads are 4 MiB of stream.
    private static let maxTurnsAtEnd = 64

    private func tellUnread(_ connection: SocketConnection) {
        let unread = connection.unreadBytes
        guard unread > 0 else { return }
        let gap = SourceGap(
            reason: "closed", count: UInt64(unread), unit: "bytes",
            message: "The relay stopped while a connection still had \(unread) unread bytes")
        self.tell(gap, host: connection.host, fields: connection.fields)
    }
}
