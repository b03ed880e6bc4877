internal import Glibc
internal import TailraceFleet

extension FleetSettings {
    var subjects: FleetSubjects { FleetSubjects(fleet: self.name) }
    var streamName: String { self.stream ?? FleetSubjects.streamName(fleet: self.name) }

    var plan: StreamPlan {
        StreamPlan(
            name: self.streamName, subjects: [self.subjects.all], replicas: self.replicas, maxBytes: self.maxBytes,
            maxAge: self.maxAge)
    }

    /// How the servers are reached by this relay; `role` is shown in their lists of connections.
    func link(role: String, host: String) -> LinkSettings {
        var link = LinkSettings(servers: self.servers, name: "tailrace \(role) \(host)")
        link.user = self.user
        link.password = self.password
        link.credentials = self.credentials
        link.authority = self.authority
        link.certificate = self.certificate
        link.key = self.key
        link.files = [self.credentials, self.authority, self.certificate, self.key].compactMap { path in
            path.map(Self.state(of:))
        }
        return link
    }

    /// Which file it is and when it was written: a reload has to notice that a secret was renewed under its old name.
    private static func state(of path: String) -> String {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return "none" }
        return "\(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    }
}

extension AgentSettings {
    init(_ settings: FleetSettings, host: String) {
        let host = settings.host ?? host
        self.init(
            link: settings.link(role: "agent", host: host), subjects: settings.subjects, host: host,
            plan: settings.plan, window: settings.window, catchUpRate: settings.catchUpRate)
    }
}
