import CLinux
import Glibc
import Logging
import TailraceEvent

extension UnixServer {
    /// Takes in all who wait. Too many, or too many of one user, are closed at once and counted.
    func acceptConnections() {
        for _ in 0..<Self.maxReady {
            let number = accept4(
                self.socket.descriptor.number, nil, nil,
                Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue))
            guard number >= 0 else {
                if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(errno) { self.pauseAccepting(errno) }
                break
            }
            self.admit(UnixConnection(OwnedDescriptor(number), codec: self.settings.codec))
        }
        self.showState()
    }

    private func admit(_ connection: UnixConnection) {
        let user = connection.peer?.uid ?? .max
        let ofUser = self.connectionsByUser[user, default: 0]
        guard self.connections.count < self.settings.maxConnections, user == 0 || ofUser < self.maxConnectionsPerUser,
            (try? self.poller.add(connection.number)) != nil
        else {
            self.refuse(user: user)
            return
        }
        if self.settings.mode == .seqpacket { Self.askForSenders(connection.number) }
        self.connections[connection.number] = connection
        self.connectionsByUser[user] = ofUser + 1
    }

    /// Half: no single user but root can keep the others out.
    private var maxConnectionsPerUser: Int { max(1, self.settings.maxConnections / 2) }

    private func refuse(user: UInt32) {
        self.refusedConnections += 1
        // Powers of two: a flood of refusals must not become a flood of log lines.
        guard self.refusedConnections & (self.refusedConnections - 1) == 0 else { return }
        self.context.logger.warning(
            "connection refused, there are too many; raise max_connections or set idle_timeout",
            metadata: [
                "path": "\(self.settings.path)", "uid": "\(user)", "open": "\(self.connections.count)",
                "refused": "\(self.refusedConnections)",
            ])
    }

    /// Without a descriptor for it, a waiting connection would be reported again and again.
    private func pauseAccepting(_ code: Int32) {
        self.poller.remove(self.socket.descriptor.number)
        self.acceptPausedUntil = .now + .seconds(1)
        let problem = "cannot accept a connection on \(self.settings.path): \(SystemRefusal.text(code))"
        self.context.status.failed(problem)
    }

    func resumeAccepting() {
        guard let until = self.acceptPausedUntil, until <= .now else { return }
        self.acceptPausedUntil = nil
        if (try? self.poller.add(self.socket.descriptor.number)) == nil { self.acceptPausedUntil = .now + .seconds(1) }
        self.showState()
    }

    func closeIdleConnections() {
        guard let timeout = self.settings.idleTimeout else { return }
        let limit = ContinuousClock.now - timeout
        for connection in self.connections.values where connection.lastRead < limit { self.close(connection) }
    }

    /// Emits an unfinished line and forgets the connection.
    func close(_ connection: UnixConnection) {
        connection.scribe.finish(
            at: .now(), origin: self.currentOrigin(), baseFields: connection.fields, into: &self.batch)
        self.poller.remove(connection.number)
        self.connections[connection.number] = nil
        self.waiting[connection.number] = nil
        let user = connection.peer?.uid ?? .max
        let left = self.connectionsByUser[user, default: 1] - 1
        self.connectionsByUser[user] = left > 0 ? left : nil
        self.showState()
    }

    // MARK: The end

    /// Nobody new can come; what the kernel holds already is still taken, within a bound.
    func drain() throws {
        if self.settings.mode != .datagram { self.acceptConnections() }
        self.socket.removeFile()
        if self.settings.mode == .datagram {
            try self.readDatagrams()
        }
        for connection in self.connections.values {
            try self.read(connection, turns: Self.maxTurnsAtEnd)
            guard self.connections[connection.number] != nil else { continue }
            self.tellUnread(connection)
            self.close(connection)
        }
        self.messageScribe.finish(at: .now(), origin: self.currentOrigin(), baseFields: [], into: &self.batch)
        try self.flush()
        self.context.status.update { $0.state = .stopped }
    }

    /// A writer that never stops must not keep the relay from stopping: 64 reads are 4 MiB of stream.
    private static let maxTurnsAtEnd = 64

    private func tellUnread(_ connection: UnixConnection) {
        let unread = connection.unreadBytes
        guard unread > 0 else { return }
        let gap = SourceGap(
            reason: "closed", count: UInt64(unread), unit: "bytes",
            message: "The relay stopped while a connection still had \(unread) unread bytes")
        self.batch.append(gap, origin: self.currentOrigin(), at: .now(), baseFields: connection.fields)
    }
}
