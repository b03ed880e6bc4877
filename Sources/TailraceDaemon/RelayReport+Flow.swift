internal import TailraceCodec
internal import TailraceEvent
internal import TailraceHub
internal import TailraceInput
internal import TailraceRouter

/// What `tailrace verify` adds up: events into and out of every stage.
extension RelayReport {
    /// What the inputs and the hub count by themselves is read right before and after the rest, which is one snapshot.
    func describeFlow(into object: inout JSONObject) {
        let taken = UInt64(self.hub.statistics.eventsTaken.value)
        let flow = self.queue.flow
        let said = flow.accepted[Mark.source] ?? 0
        var inputs = self.inputs.ofThisRun.map { input -> (inout JSONObject) -> Void in
            {
                let status = input.status.snapshot
                $0.member("name", input.name)
                Self.describe(status.lines, into: &$0)
                $0.member("made", status.events)
                $0.member("accepted", flow.accepted[input.name] ?? 0)
            }
        }
        inputs.append {
            $0.member("name", Mark.source)
            $0.member("made", said)
            $0.member("accepted", said)
        }
        object.member("inputs", objects: inputs)
        object.member(
            "intake",
            object: {
                $0.member("accepted", flow.accepted.values.reduce(0, +))
                $0.member("waiting", flow.waiting)
            })
        object.member("router", object: { Self.describeRouter(flow, into: &$0) })
        object.member(
            "streams", objects: self.streams.status.streams.map { stream in { Self.describe(stream, into: &$0) } })
        object.member(
            "log",
            object: {
                $0.member("committed", flow.committed)
                $0.member("first_head", flow.firstHead)
                $0.member("head", flow.head)
            })
        object.member(
            "hub",
            object: {
                $0.member("published", flow.published)
                $0.member("taken", taken)
            })
    }

    private static func describe(_ lines: LineTotals, into object: inout JSONObject) {
        object.member("lines", lines.lines)
        object.member("told", lines.told)
        object.member("joined", lines.joined)
        object.member("waiting", lines.waiting)
        object.member(
            "dropped",
            object: { dropped in
                for reason in LineLoss.allCases { lines.dropped[reason].map { dropped.member(reason.rawValue, $0) } }
            })
    }

    private static func describe(_ stream: RouteStatus, into object: inout JSONObject) {
        let numbers = stream.snapshot
        object.member("name", stream.name)
        object.member("seen", numbers.seen.total)
        object.member("kept", numbers.kept.total)
        object.member(
            "left_out",
            object: {
                $0.member("sampled", numbers.sampled)
                $0.member("rate_limit", numbers.limited)
            })
    }

    private static func describeRouter(_ flow: FlowCounts, into object: inout JSONObject) {
        object.member("entered", flow.entered)
        object.member(
            "dropped",
            object: { dropped in
                for (reason, count) in flow.dropped.sorted(by: { $0.key < $1.key }) { dropped.member(reason, count) }
            })
        object.member("added", flow.added)
        object.member("in_hand", flow.inHand)
    }
}

extension RelayMetrics {
    static func flow(_ report: RelayReport, _ page: inout MetricsPage) {
        let flow = report.queue.flow
        page.family(
            "tailrace_intake_accepted_total", .counter, "Events taken from inputs.",
            report.inputs.ofThisRun.map { (["input": $0.name], Double(flow.accepted[$0.name] ?? 0)) })
        page.single("tailrace_intake_waiting", .gauge, "Events that wait for the router.", Double(flow.waiting))
        page.single("tailrace_router_in_hand", .gauge, "Events routed and not yet committed.", Double(flow.inHand))
        page.single("tailrace_log_committed_total", .counter, "Events committed.", Double(flow.committed))
        page.single("tailrace_hub_published_total", .counter, "Events handed to the hub.", Double(flow.published))
        page.single(
            "tailrace_hub_taken_total", .counter, "Events the hub has looked at.",
            Double(report.hub.statistics.eventsTaken.value))
    }
}
