internal import TailraceOptions

/// What can't change while the relay runs.
enum RestartKeys {
    /// One problem for each key that has another value in the new configuration; none means that it can be applied.
    static func problems(from old: Configuration, to new: Configuration) -> [OptionProblem] {
        var changed: [(table: String, key: String)] = []
        if old.server.listen != new.server.listen { changed.append(("server", "listen")) }
        if old.server.maxConnections != new.server.maxConnections { changed.append(("server", "max_connections")) }
        if old.server.limits != new.server.limits { changed.append(("server", "limits")) }
        if old.log.storage != new.log.storage { changed.append(("log", "path")) }
        if old.log.sync != new.log.sync { changed.append(("log", "sync")) }
        let (before, after) = (old.fleet, new.fleet)
        if before.mode != after.mode { changed.append(("fleet", "mode")) }
        if before.mode != .off {
            if before.name != after.name { changed.append(("fleet", "name")) }
            if before.host != after.host { changed.append(("fleet", "host")) }
            if before.stream != after.stream { changed.append(("fleet", "stream")) }
            if before.mode == .hub, before != after, !changed.contains(where: { $0.table == "fleet" }) {
                changed.append(("fleet", "mode"))
            }
        }
        return changed.map { table, key in
            let start = SourcePlace(file: new.fileName, line: 1, column: 1)
            return OptionProblem(
                place: new.tables[table]?.places[key] ?? start, key: key,
                message: "\(key) in [\(table)] can't change while the relay runs: nothing of the file was applied",
                hint: "put back what was there and reload, or restart the relay")
        }
    }
}
