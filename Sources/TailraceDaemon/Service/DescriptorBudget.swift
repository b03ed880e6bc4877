internal import Glibc

/// How many connections this process can hold, with descriptors left for everything else: files, the log, an
/// administrator's request.
struct DescriptorBudget: Sendable {
    /// Files that are followed, the log and views of it, sockets of inputs, commands.
    private static let reserve = 1024

    let connections: Int
    /// What the operator should know, if it is fewer than he wants.
    let notice: String?

    /// - Parameter limit: descriptors that the process may have.
    init(wanted: Int, limit: Int) {
        // Where there are few altogether, half of them is better than none.
        let room = max(1, max(limit - Self.reserve, limit / 2))
        self.connections = min(wanted, room)
        self.notice =
            wanted <= room
            ? nil
            : "max_connections in [server] is \(wanted), but this process may have \(limit) descriptors: "
                + "\(room) connections are held at most; raise LimitNOFILE= of the service"
    }

    /// Takes as many descriptors as the system lets it have.
    static func ofThisProcess(wanted: Int) -> DescriptorBudget {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return DescriptorBudget(wanted: wanted, limit: .max)
        }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return DescriptorBudget(wanted: wanted, limit: Int(clamping: limit.rlim_cur))
    }
}
