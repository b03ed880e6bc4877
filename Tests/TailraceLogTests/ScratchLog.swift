import Foundation
import GRDB
import TailraceLog

/// A folder for a log, gone at the end of the test.
final class ScratchLog {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("tailrace-log-\(UUID().uuidString)")
        self.path = url.path
    }

    private init(path: String) { self.path = path }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    var databasePath: String { self.path + "/tailrace.db" }
    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: self.path).sorted()) ?? [] }

    func size(of name: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: "\(self.path)/\(name)"))?[.size] as? Int
    }

    func open(
        memory: Int = 1 << 20, sync: EventLog.Settings.Sync = .never, maxBytes: Int64 = 1 << 40,
        maxAge: Swift.Duration = .seconds(1_000_000)
    ) throws -> EventLog {
        try EventLog(
            settings: .init(path: self.path, maxBytes: maxBytes, maxAge: maxAge, sync: sync, memoryBytes: memory))
    }

    /// What a crash of the process leaves: the files as they are this moment. Only the named ones, if any are.
    func copy(_ names: [String]? = nil) throws -> ScratchLog {
        let copy = try ScratchLog()
        try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
        for name in names ?? self.files where !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: "\(self.path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return copy
    }

    func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try DatabaseQueue(path: self.databasePath).writeWithoutTransaction {
            try $0.execute(sql: sql, arguments: arguments)
        }
    }

    func number(_ sql: String) throws -> Int {
        try DatabaseQueue(path: self.databasePath).read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }

    /// The last run was on a machine that has been started anew since.
    func pretendReboot() throws { try self.execute("UPDATE state SET value = 'another boot' WHERE key = 'boot'") }
}

extension EventLog {
    /// A log that keeps nothing across restarts.
    convenience init(memoryBytes: Int) throws {
        try self.init(
            settings: .init(
                path: nil, maxBytes: 1 << 40, maxAge: .seconds(1_000_000), sync: .never, memoryBytes: memoryBytes))
    }
}
