import TailraceOptions

/// What the relay does without a configuration file, and why.
package struct EmbeddedDefault: Sendable {
    package var configuration: Configuration
    /// What was taken and what was not, one sentence each, for people.
    package var notes: [String]
    /// Folders to make before the start, readable by this user only.
    package var folders: [String]

    /// Makes the folders and the parents they lack; what failed, one sentence each.
    package func makeFolders() -> [String] {
        self.folders.compactMap { folder in
            FolderPath.make(folder).map { "cannot make the folder \(folder): \($0)" }
        }
    }
}

extension Configuration {
    package static let embeddedName = "embedded default"

    /// This host's journal and the files of `/var/log`, where readable, a Unix socket, and a log in the user's state
    /// folder, served on 127.0.0.1:8245.
    package static func embeddedDefault(for host: HostFacts) -> EmbeddedDefault {
        var builder = EmbeddedDefaultBuilder(host: host)
        builder.addJournal()
        builder.addFiles()
        builder.addSocket()
        builder.chooseLog()
        return builder.result
    }
}

private struct EmbeddedDefaultBuilder {
    let host: HostFacts
    var result = EmbeddedDefault(
        configuration: Configuration(fileName: Configuration.embeddedName), notes: [], folders: [])

    init(host: HostFacts) {
        self.host = host
    }

    mutating func addJournal() {
        let files = self.host.journalFolders.flatMap { FileAccess.matches("\($0)/*/*.journal") }
        let folders = self.host.journalFolders.joined(separator: " and ")
        guard !files.isEmpty else {
            return self.note("the journal is not read: there are no journal files in \(folders) that this user can see")
        }
        let readable = files.filter(FileAccess.isReadable)
        guard !readable.isEmpty else {
            return self.note(
                "the journal is not read: no permission for its files; add this user to the group systemd-journal")
        }
        self.add("system", kind: "journald", [:])
        if readable.contains(where: { $0.hasSuffix("/system.journal") }) {
            self.note("the journal of this host is read, from the last hour on")
        } else {
            self.note(
                "the journal is read as far as this user may, without the system's own messages;"
                    + " for those, add this user to the group systemd-journal")
        }
    }

    mutating func addFiles() {
        let folder = self.host.logFolder
        guard FileAccess.isFolder(folder), FileAccess.isReadable(folder) else {
            return self.note("no files are followed: \(folder) cannot be opened")
        }
        let patterns = ["*.log", "*/*.log", "syslog", "messages"].map { "\(folder)/\($0)" }
        let files = Set(patterns.flatMap(FileAccess.matches)).filter(FileAccess.isRegularFile).sorted()
        let unreadable = files.filter { !FileAccess.isReadable($0) }
        var options: [String: OptionValue] = ["paths": .strings(patterns)]
        if !unreadable.isEmpty { options["exclude"] = .strings(unreadable) }
        self.add("files", kind: "file", options)
        self.note(
            "\(files.count - unreadable.count) files of \(folder) are followed, and those that appear as"
                + " *.log, */*.log, syslog or messages")
        if !unreadable.isEmpty {
            self.note(
                "not followed, no permission: \(Self.list(unreadable));"
                    + " add this user to the group adm, or start as root")
        }
        let closed = FileAccess.matches("\(folder)/*").filter { FileAccess.isFolder($0) && !FileAccess.isReadable($0) }
        if !closed.isEmpty { self.note("not looked into, no permission: \(Self.list(closed))") }
    }

    mutating func addSocket() {
        guard let folder = self.host.socketFolder else {
            return self.note("no socket is made: this user has no home folder and XDG_RUNTIME_DIR is not set")
        }
        let path = folder + "/apps.sock"
        guard path.utf8.count <= ListenAddress.maxUnixPathBytes else {
            return self.note("no socket is made: \(path) is longer than a socket's path can be")
        }
        if let reason = FileAccess.whyNotWritable(folder) {
            return self.note("no socket is made in \(folder): \(reason)")
        }
        self.result.folders.append(folder)
        self.add("apps", kind: "unix", ["path": .string(path)])
        self.note("lines are taken on the socket \(path)")
    }

    mutating func chooseLog() {
        if let folder = self.host.stateFolder {
            guard let reason = FileAccess.whyNotWritable(folder) else {
                self.keep(.folder(folder), path: folder)
                if !self.result.folders.contains(folder) { self.result.folders.append(folder) }
                return self.note("the log is kept in \(folder)")
            }
            self.note("the log is kept in memory only, and ends with the relay: \(folder) cannot be written: \(reason)")
        } else {
            self.note("the log is kept in memory only, and ends with the relay: this user has no home folder")
        }
        self.keep(.memory, path: "memory")
    }

    private mutating func keep(_ storage: LogSettings.Storage, path: String) {
        self.result.configuration.log.storage = storage
        self.result.configuration.tables["log"] = OptionTable(values: ["path": .string(path)])
    }

    private mutating func add(_ name: String, kind: String, _ options: [String: OptionValue]) {
        let table = OptionTable(values: options)
        self.result.configuration.inputs.append(InputBlock(name: name, kind: kind, table: table, place: table.place))
    }

    private mutating func note(_ sentence: String) {
        self.result.notes.append(sentence)
    }

    /// The first few of a list and how many there are.
    private static func list(_ paths: [String]) -> String {
        let shown = paths.prefix(5).joined(separator: ", ")
        return paths.count > 5 ? "\(shown) and \(paths.count - 5) more" : shown
    }
}
