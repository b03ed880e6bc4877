internal import GRDB
internal import TailraceEvent

/// What opening found.
struct OpenedLog {
    var folder: LogFolder?
    var store: BlockStore?
    var epochs: [Epoch]
    var head: UInt64 = 0
    var oldest: UInt64 = 1
    /// Small rows of the last run that wait to be merged.
    var tail: StoredBlock?
    var notices: [String] = []
}

extension EventLog {
    /// Opens the log, or makes it. A file that is damaged or not ours is moved aside with a notice, never deleted.
    ///
    /// - Throws: `LogError.locked` if another process has the log, `.unusable` if the folder can't be written.
    package convenience init(settings: Settings) throws(LogError) {
        guard let path = settings.path else {
            try self.init(settings: settings, opened: Self.openedInMemory(settings.numbers))
            return
        }
        let folder = try LogFolder(path: path)
        var notices: [String] = []
        let store = try Self.openStore(in: folder, settings: settings, notices: &notices)
        do {
            var opened = OpenedLog(folder: folder, store: store, epochs: try store.epochs(), notices: notices)
            if let bounds = try store.bounds() {
                opened.head = bounds.last
                opened.oldest = bounds.first
                opened.tail = try store.openTail()
            }
            if let epoch = opened.epochs.last, opened.head == 0 {
                opened.head = epoch.first - 1
                opened.oldest = epoch.first
            }
            switch settings.numbers {
            case .own: try Self.beginEpochIfNeeded(&opened, store, settings)
            case .given: try Self.beginGivenNumbers(&opened, store, nil)
            case .givenAnew(let numbers): try Self.beginGivenNumbers(&opened, store, numbers)
            }
            try store.setState(["clean": "no", "boot": Epoch.bootID()])
            // Copying syncs: a power loss before the first group sync must find the mark.
            try store.copyWriteAheadLog()
            try self.init(settings: settings, opened: opened)
        } catch {
            throw Self.unavailable(error)
        }
    }

    private static func openedInMemory(_ numbers: Numbers) -> OpenedLog {
        guard case .givenAnew(let given) = numbers else { return OpenedLog(epochs: [.make(first: 1)]) }
        let epoch = Epoch(name: given.epoch, first: given.after + 1)
        return OpenedLog(epochs: [epoch], head: given.after, oldest: epoch.first)
    }

    private static func openStore(
        in folder: LogFolder, settings: Settings, notices: inout [String]
    ) throws(LogError) -> BlockStore {
        switch FileHeader.verdict(path: folder.databasePath) {
        case .ours: break
        case .damaged: try Self.moveAside(folder, "damaged", "it is not a database", &notices)
        case .foreign: try Self.moveAside(folder, "foreign", "it is a database of another program", &notices)
        }
        do {
            let store = try Self.prepared(folder, settings)
            guard try Self.isForeign(store, to: settings) else { return store }
            try store.close()
            let kind = settings.numbers == .own ? "fleet" : "local"
            try Self.moveAside(folder, kind, "it is of a \(kind == "fleet" ? "hub" : "relay with inputs")", &notices)
        } catch {
            guard Self.isDamage(error) else { throw Self.unavailable(error) }
            let reason = (error as? LogError)?.message ?? String(describing: error)
            try Self.moveAside(folder, "damaged", reason, &notices)
        }
        do { return try Self.prepared(folder, settings) } catch { throw Self.unavailable(error) }
    }

    private static func moveAside(
        _ folder: LogFolder, _ why: String, _ reason: String, _ notices: inout [String]
    ) throws(LogError) {
        let target = try folder.moveAside(why: why)
        notices.append("the log could not be used: \(reason); it was moved to \(target) and a new one begun")
    }

    private static func prepared(_ folder: LogFolder, _ settings: Settings) throws -> BlockStore {
        try folder.makeDatabasePrivate()
        let store = try BlockStore(path: folder.databasePath, alwaysSync: settings.sync == .always)
        do {
            try store.prepare()
        } catch {
            try? store.close()
            throw error
        }
        return store
    }

    private static func isDamage(_ error: any Error) -> Bool {
        if let error = error as? LogError { return error.kind == .damaged }
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT].contains(error.resultCode)
    }

    /// A new log gets its first epoch; one whose machine went down while it was written gets the next, since positions
    /// after its last synced event may have been given out and would come to mean other events.
    private static func beginEpochIfNeeded(
        _ opened: inout OpenedLog, _ store: BlockStore, _ settings: Settings
    ) throws {
        let lastEnd = (clean: try store.state("clean"), boot: try store.state("boot"))
        let lostPower = lastEnd.clean == "no" && lastEnd.boot != Epoch.bootID() && settings.sync != .always
        guard opened.epochs.isEmpty || lostPower else { return }
        let epoch = Epoch.make(first: opened.head + 1)
        try store.add(epoch)
        if let ended = opened.epochs.last {
            opened.notices.append(
                "the machine went down while the log was written: epoch \(ended.name) ended at \(opened.head), "
                    + "\(epoch.name) begins; what the sources still have is read again")
        }
        opened.epochs.append(epoch)
    }
}
