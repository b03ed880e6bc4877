internal import Synchronization
internal import TailraceEvent
internal import TailraceHub
internal import TailraceInput
internal import TailraceLog
internal import TailraceRouter
internal import TailraceWeb

/// What the relay tells about itself: `/api/v1/status`, `/inputs`, `/streams`, `/readyz`.
final class RelayReport: Sendable {
    let host: String
    let started: Timestamp
    let log: EventLog
    let hub: Hub
    let queue: IntakeQueue
    let pipeline: Pipeline
    let inputs: InputTable
    let marks: LogMarkDesk
    let parts: CurrentParts
    /// Set on a hub.
    let hubOfFleet: FleetHub?
    let reloads: ReloadRecord
    let sessions = HTTPSessions()
    let views: RoleViews
    let desk: LoginDesk
    let fleet: RelayAgent?
    let server = Mutex<HTTPServer?>(nil)

    init(
        host: String, started: Timestamp, log: EventLog, hub: Hub, queue: IntakeQueue, pipeline: Pipeline,
        inputs: InputTable, marks: LogMarkDesk, parts: CurrentParts, reloads: ReloadRecord,
        views: RoleViews, desk: LoginDesk, fleet: RelayAgent?, hubOfFleet: FleetHub?
    ) {
        self.fleet = fleet
        self.views = views
        self.desk = desk
        self.host = host
        self.started = started
        self.log = log
        self.hub = hub
        self.queue = queue
        self.pipeline = pipeline
        self.inputs = inputs
        self.marks = marks
        self.parts = parts
        self.hubOfFleet = hubOfFleet
        self.reloads = reloads
    }

    var streams: StreamReport {
        let parts = self.parts.value
        return StreamReport(routes: parts.configuration.routes, status: parts.routerStatus)
    }

    var facts: RelayRoutes.Facts {
        RelayRoutes.Facts(
            streams: { self.streams.json() },
            relay: RelayRoutes.Whole(
                inputs: { self.inputsJSON() }, status: { self.statusJSON() }, metrics: { RelayMetrics.text(self) }),
            unready: { self.pipeline.currentTrouble?.message })
    }

    private func inputsJSON() -> [UInt8] {
        var object = JSONObject()
        object.member("inputs", objects: self.inputs.current.map { input in { Self.describe(input, into: &$0) } })
        return object.finish()
    }

    private static func describe(_ input: InputRunner, into object: inout JSONObject) {
        let status = input.status.snapshot
        object.member("name", input.name)
        object.member("type", input.kind.kind)
        object.member("state", status.state.rawValue)
        if let reason = status.reason { object.member("reason", reason) }
        object.member("events", status.events)
        object.member("bytes", status.bytes)
        if let lag = status.lagBytes { object.member("lag_bytes", lag) }
        object.member("lag_seconds", status.lagSeconds())
        object.member("lines", status.lines.lines)
        object.member("lost", status.lost)
        object.member("truncated", status.truncated)
        object.member("cut_groups", status.cutGroups)
        if let time = status.lastEventAt { object.member("last_event", time.rfc3339) }
        if let error = status.lastError { object.member("last_error", error) }
        if let time = status.lastErrorAt { object.member("last_error_at", time.rfc3339) }
        object.member(
            "positions",
            object: { positions in
                for (name, position) in status.positions.sorted(by: { $0.key < $1.key }) {
                    positions.member(name, position)
                }
            })
    }

    private func statusJSON() -> [UInt8] {
        var object = JSONObject()
        object.member("version", RelayVersion.current)
        object.member("host", self.host)
        object.member("started", self.started.rfc3339)
        object.member("uptime_seconds", Double(Timestamp.now().nanoseconds - self.started.nanoseconds) / 1e9)
        let trouble = self.pipeline.currentTrouble
        object.member("state", trouble == nil ? "ok" : "degraded")
        if let trouble {
            object.member("reason", trouble.message)
            object.member("since", trouble.since.rfc3339)
        }
        object.member("configuration", object: { self.reloads.describe(into: &$0) })
        object.member("log", object: { self.describeLog(into: &$0) })
        self.describeFleet(into: &object)
        let hub = self.hub.statistics
        object.member(
            "readers",
            object: {
                $0.member("open", hub.readersOpen.value)
                $0.member("live", hub.readersLive.value)
                $0.member("groups", hub.groups.value)
            })
        object.member("consumers", objects: self.hub.consumers.views().map { view in { view.write(into: &$0) } })
        object.member("inputs", objects: self.inputs.current.map { input in { Self.describe(input, into: &$0) } })
        object.member(
            "redactions",
            objects: self.parts.value.redaction.statistics.map { rule in { Self.describe(rule, into: &$0) } })
        if let fleet = self.hubOfFleet { object.member("fleet", object: { fleet.describe(into: &$0) }) }
        object.member("flow", object: { self.describeFlow(into: &$0) })
        return object.finish()
    }

    private static func describe(_ rule: RedactionStatistics, into object: inout JSONObject) {
        object.member("name", rule.name)
        object.member("events", rule.events)
        object.member("replacements", rule.replacements)
    }

    private func describeLog(into object: inout JSONObject) {
        object.member("epoch", self.log.epoch)
        object.member("head", self.log.head)
        object.member("oldest", self.log.oldest)
        object.member("durable", self.log.durable)
        object.member("position", self.log.position(of: self.log.head).description)
        object.member("persistent", self.log.isPersistent)
        object.member("used_bytes", Int(self.log.usedBytes))
        object.member("max_bytes", Int(self.log.settings.maxBytes))
        object.member("memory_bytes", self.log.memoryWeight)
        object.member("waiting_bytes", self.queue.pendingBytes)
        if let time = self.log.oldestTime { object.member("oldest_time", time.rfc3339) }
    }
}

extension InputRunner {
    /// For the once-a-second `stats`.
    var summary: HubFacts.Source {
        let status = self.status.snapshot
        return HubFacts.Source(
            name: self.name, state: status.state.rawValue, reason: status.reason, lagBytes: status.lagBytes)
    }
}
