internal import TailraceFleet
internal import TailraceOptions

extension Configuration {
    /// What a hub is told; nil where the relay is none.
    var hubSettings: HubSettings? {
        let fleet = self.fleet
        guard fleet.mode == .hub else { return nil }
        return HubSettings(
            link: fleet.link(role: "hub", host: fleet.host ?? HostName.current), fleet: fleet.name, plan: fleet.plan,
            since: fleet.since, resendTimeout: fleet.resendTimeout)
    }

    /// What a hub can't do: its numbers are those of all hubs, so nothing of its own may take one.
    var hubProblems: [OptionProblem] {
        guard self.fleet.mode == .hub else { return [] }
        var problems = self.inputs.map { input in
            OptionProblem(
                place: input.place, key: "name",
                message: "input \"\(input.name)\" stands beside [fleet] mode = \"hub\": everything that a hub says "
                    + "comes from the fleet's stream", hint: "read it on an agent, or run another relay for it")
        }
        for route in self.routes where route.sampleOneOf != nil || route.rateLimit != nil {
            let key = route.sampleOneOf != nil ? "sample" : "rate_limit"
            problems.append(
                OptionProblem(
                    place: route.places[key] ?? route.place, key: key,
                    message: "\(key) of route \"\(route.name)\" can't be used on a hub: what it leaves out is told in "
                        + "events that other hubs don't have",
                    hint: "thin it on the agents, or let readers set max_rate"))
        }
        return problems
    }
}
