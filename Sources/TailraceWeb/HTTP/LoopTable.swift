internal import NIOCore

/// The services of each event loop of a group.
struct LoopTable: Sendable {
    private let byLoop: [ObjectIdentifier: NIOLoopBound<LoopServices>]
    private let loops: [any EventLoop]

    init(group: any EventLoopGroup, site: Site, options: HTTPOptions, counters: WebCounters) async {
        var byLoop: [ObjectIdentifier: NIOLoopBound<LoopServices>] = [:]
        self.loops = Array(group.makeIterator())
        for loop in self.loops {
            let bound = try? await loop.submit {
                let services = LoopServices(eventLoop: loop, site: site, options: options, counters: counters)
                services.start()
                return NIOLoopBound(services, eventLoop: loop)
            }.get()
            byLoop[ObjectIdentifier(loop)] = bound
        }
        self.byLoop = byLoop
    }

    /// On the loop itself only.
    subscript(_ loop: any EventLoop) -> LoopServices {
        guard let bound = self.byLoop[ObjectIdentifier(loop)] else {
            preconditionFailure("every connection lives on a loop of the server's group")
        }
        return bound.value
    }

    /// Runs `body` on every loop, and waits for all of them.
    func forEach(_ body: @escaping @Sendable (LoopServices) -> Void) async {
        for done in self.onEach(body) { try? await done.get() }
    }

    /// Runs `body` on every loop.
    func onEach(_ body: @escaping @Sendable (LoopServices) -> Void) -> [EventLoopFuture<Void>] {
        self.loops.compactMap { loop in
            self.byLoop[ObjectIdentifier(loop)].map { bound in loop.submit { body(bound.value) } }
        }
    }

    func stop() async { await self.forEach { $0.stop() } }
}
