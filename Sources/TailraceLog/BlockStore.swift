internal import Foundation
internal import GRDB
internal import Synchronization
internal import TailraceEvent

/// The log on disk: one SQLite file in WAL mode, one writer, readers that only read.
///
/// A row of `block` holds consecutive events; the checkpoints of the inputs that produced them are written in the same
/// transaction. Commits survive a crash of the process at once and of the machine after `EventLog.sync`.
final class BlockStore: Sendable {
    struct Row: Sendable {
        var first: UInt64
        var last: UInt64
        var encoding: BlockEncoding
        var rawSize: Int
        var body: [UInt8]
        var times: ClosedRange<Int64>
        var receivedLast: Int64
        /// Of a row that stays as it is.
        var digest: BlockDigest?
        var trigrams: BlockTrigrams?
    }

    /// One transaction: rows to take out (small ones that `insert` holds again), rows to put in, checkpoints that now
    /// hold.
    struct Change: Sendable {
        var deleteFrom: UInt64?
        var insert: [Row] = []
        var checkpoints: [Checkpoint] = []
    }

    struct Bounds: Sendable { var first: UInt64, last: UInt64 }

    static let applicationID: Int64 = 0x5461_696c  // "Tail"
    /// 2 has digests of blocks beside them, 3 has consumers.
    static let schemaVersion: Int64 = 3
    /// The write-ahead log is copied into the file when it has this many pages (4 KiB each).
    static let walPagesPerCheckpoint = 2048
    private static let maxReaders = 4

    let pool: DatabasePool
    /// Blocks that have no digest; those behind the newest digest have none either.
    let undigested = Mutex<[ClosedRange<UInt64>]>([])

    init(path: String, alwaysSync: Bool) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = Self.maxReaders
        configuration.busyMode = .timeout(5)
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            if !database.configuration.readonly {
                // Only this connection ever copies the write-ahead log, at moments of its own choosing.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
                if alwaysSync { try database.execute(sql: "PRAGMA synchronous = FULL") }
            }
        }
        self.pool = try DatabasePool(path: path, configuration: configuration)
    }

    /// Makes the tables, or checks that they are ours and sound. Throws `LogError.damaged` for a file that is not.
    func prepare() throws {
        let marks = try self.pool.read { database in
            (
                id: try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                version: try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
                tables: try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            )
        }
        if marks.tables == 0 { return try self.makeTables() }
        guard marks.id == Self.applicationID else {
            throw LogError(.damaged, "the file is an SQLite database of another program", hint: "")
        }
        guard marks.version >= 1 else { throw LogError(.damaged, "the log has no schema", hint: "") }
        guard marks.version <= Self.schemaVersion else {
            // Nothing is wrong with it: whoever goes back to the newer version wants it as it is.
            throw LogError(
                .unusable,
                "the log was written by a newer version (schema \(marks.version); this one knows "
                    + "\(Self.schemaVersion))",
                hint: "install that version again, or set [log] path to another folder for this one")
        }
        if marks.version < Self.schemaVersion { try self.migrate(from: marks.version) }
        // Walks every leaf of the table: a torn page or a hole in the numbers shows here, not in the middle of an
        // incident.
        let sums = try self.pool.read { database in
            try GRDB.Row.fetchOne(
                database, sql: "SELECT count(*), min(first), max(last), total(last - first + 1) FROM block")
        }
        guard let sums, let count = Int.fromDatabaseValue(sums[0]), count > 0 else { return }
        guard let first = Int64.fromDatabaseValue(sums[1]), let last = Int64.fromDatabaseValue(sums[2]),
            let total = Double.fromDatabaseValue(sums[3]), first > 0, total == Double(last - first + 1)
        else { throw LogError(.damaged, "the log's numbers are not gapless", hint: "") }
        let undigested = try self.findUndigested()
        self.undigested.withLock { $0 = undigested }
    }

    /// Adds what a log of an earlier version lacks, in one transaction. Blocks that are there get no digests: they
    /// leave with retention.
    private func migrate(from version: Int64) throws {
        let tables = (version < 2 ? Self.digestTables : "") + (version < 3 ? Self.consumerTable : "")
        try self.pool.write { database in
            try database.execute(sql: "\(tables) PRAGMA user_version = \(Self.schemaVersion);")
        }
    }

    private func makeTables() throws {
        try self.pool.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE block(
                      first INTEGER PRIMARY KEY, last INTEGER NOT NULL,
                      time_first INTEGER NOT NULL, time_last INTEGER NOT NULL, received_last INTEGER NOT NULL,
                      encoding INTEGER NOT NULL, raw_size INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL);
                    CREATE TABLE checkpoint(
                      input TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
                      PRIMARY KEY(input, key)) WITHOUT ROWID;
                    CREATE TABLE epoch(name TEXT PRIMARY KEY, first INTEGER NOT NULL, opened INTEGER NOT NULL);
                    CREATE TABLE stream(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                    CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT NOT NULL);
                    \(Self.digestTables)
                    \(Self.consumerTable)
                    PRAGMA application_id = \(Self.applicationID);
                    PRAGMA user_version = \(Self.schemaVersion);
                    """)
        }
        // From here on the file's first page says whose it is.
        try self.copyWriteAheadLog()
    }

    func apply(_ change: Change) throws {
        try self.pool.write { database in
            if let from = change.deleteFrom {
                try database.cachedStatement(sql: "DELETE FROM block WHERE first >= ?")
                    .execute(arguments: [Int64(clamping: from)])
            }
            for row in change.insert { try Self.insert(row, into: database) }
            for checkpoint in change.checkpoints { try Self.put(checkpoint, into: database) }
        }
    }

    private static func insert(_ row: Row, into database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            Int64(clamping: row.first), Int64(clamping: row.last), row.times.lowerBound, row.times.upperBound,
            row.receivedLast, row.encoding.rawValue, row.rawSize, BlockChecksum.of(row.body), Data(row.body),
        ])
        try Self.insertDigest(of: row, into: database)
    }

    private static func put(_ checkpoint: Checkpoint, into database: Database) throws {
        guard let value = checkpoint.value else {
            try database.cachedStatement(sql: "DELETE FROM checkpoint WHERE input = ? AND key = ?")
                .execute(arguments: [checkpoint.input, checkpoint.key])
            return
        }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)")
            .execute(arguments: [checkpoint.input, checkpoint.key, Data(value)])
    }

    func bounds() throws -> Bounds? {
        try self.pool.read { database in
            // Both ends of the table: `max(last)` would walk all of it, once a second.
            let sql = "SELECT (SELECT min(first) FROM block), (SELECT last FROM block ORDER BY first DESC LIMIT 1)"
            guard let row = try GRDB.Row.fetchOne(database, sql: sql),
                let first = Int64.fromDatabaseValue(row[0]), let last = Int64.fromDatabaseValue(row[1])
            else { return nil }
            return Bounds(first: UInt64(first), last: UInt64(last))
        }
    }

    func checkpoints(of input: String) throws -> [String: [UInt8]] {
        try self.pool.read { database in
            var found: [String: [UInt8]] = [:]
            let rows = try GRDB.Row.fetchCursor(
                database, sql: "SELECT key, value FROM checkpoint WHERE input = ?", arguments: [input])
            while let row = try rows.next() {
                found[row[0]] = try row.withUnsafeData(atIndex: 1) { Array($0 ?? .init()) }
            }
            return found
        }
    }

    /// The stored block that holds `seq`, or the first one after it.
    func row(at seq: UInt64) throws -> StoredRow? {
        try self.pool.read { database in
            let sql = """
                SELECT first, last, encoding, raw_size, crc, body, received_last FROM block
                WHERE first >= coalesce((SELECT max(first) FROM block WHERE first <= ?1), ?1) AND last >= ?1
                ORDER BY first LIMIT 1
                """
            return try StoredRow.fetch(database, sql: sql, argument: Int64(clamping: seq))
        }
    }

    func oldestTime() throws -> Int64? {
        try self.pool.read { try Int64.fetchOne($0, sql: "SELECT time_first FROM block ORDER BY first LIMIT 1") }
    }

    /// Takes out the oldest blocks until the file's used pages fit and no block is older than `receivedBefore`.
    func retain(maxBytes: Int64, receivedBefore: Int64) throws {
        try self.pool.write { database in
            try database.execute(
                sql: """
                    DELETE FROM block WHERE first < coalesce(
                      (SELECT min(first) FROM block WHERE received_last >= ?), (SELECT max(first) FROM block))
                    """, arguments: [receivedBefore])
            while try Self.usedBytes(database) > maxBytes {
                try database.execute(
                    sql: """
                        DELETE FROM block WHERE first IN (SELECT first FROM block ORDER BY first LIMIT 16)
                          AND first < (SELECT max(first) FROM block)
                        """)
                if database.changesCount == 0 { break }
                try Self.dropOldDigests(database)
            }
            try Self.dropOldDigests(database)
        }
    }

    func usedBytes() throws -> Int64 { try self.pool.read(Self.usedBytes) }

    private static func usedBytes(_ database: Database) throws -> Int64 {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        return (pages - free) * size
    }

    /// Copies the write-ahead log into the file as far as no reader stands in the way.
    func copyWriteAheadLog() throws {
        try self.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    }

    func state(_ key: String) throws -> String? {
        try self.pool.read { try String.fetchOne($0, sql: "SELECT value FROM state WHERE key = ?", arguments: [key]) }
    }

    func setState(_ values: [String: String]) throws {
        try self.pool.write { database in
            for (key, value) in values {
                try database.execute(sql: "INSERT OR REPLACE INTO state VALUES (?, ?)", arguments: [key, value])
            }
        }
    }

    func epochs() throws -> [Epoch] {
        try self.pool.read { database in
            try GRDB.Row.fetchAll(database, sql: "SELECT name, first FROM epoch ORDER BY first, opened").map {
                Epoch(name: $0[0], first: UInt64($0[1] as Int64))
            }
        }
    }

    func add(_ epoch: Epoch) throws {
        try self.pool.write {
            try $0.execute(
                sql: "INSERT INTO epoch VALUES (?, ?, ?)",
                arguments: [epoch.name, Int64(clamping: epoch.first), Timestamp.now().nanoseconds])
        }
    }

    /// Numbers for stream names: a name keeps its number for the life of the log.
    func streamNumbers() throws -> [String: Int] {
        try self.pool.read { database in
            var numbers: [String: Int] = [:]
            let rows = try GRDB.Row.fetchCursor(database, sql: "SELECT name, number FROM stream")
            while let row = try rows.next() { numbers[row[0]] = row[1] }
            return numbers
        }
    }

    func setStream(_ name: String, number: Int) throws {
        try self.pool.write {
            try $0.execute(sql: "INSERT OR REPLACE INTO stream VALUES (?, ?)", arguments: [number, name])
        }
    }

    func close() throws { try self.pool.close() }
}

/// A row as it was read, not yet believed.
struct StoredRow: Sendable {
    var first: UInt64
    var last: UInt64
    var encoding: Int64
    var rawSize: Int
    var crc: Int64
    var body: [UInt8]

    static func fetch(_ database: Database, sql: String, argument: Int64) throws -> StoredRow? {
        let statement = try database.cachedStatement(sql: sql)
        return try GRDB.Row.fetchOne(statement, arguments: [argument]).map { try StoredRow($0) }
    }

    /// From the columns `first, last, encoding, raw_size, crc, body`.
    init(_ row: GRDB.Row) throws {
        self.first = UInt64(clamping: row[0] as Int64)
        self.last = UInt64(clamping: row[1] as Int64)
        self.encoding = row[2]
        self.rawSize = row[3]
        self.crc = row[4]
        self.body = try row.withUnsafeData(atIndex: 5) { Array($0 ?? .init()) }
    }

    /// The events, or nil if checksum, compression or layout do not hold.
    func block() -> StoredBlock? {
        guard self.first > 0, self.first <= self.last, BlockChecksum.of(self.body) == self.crc,
            let encoding = BlockEncoding(rawValue: self.encoding)
        else { return nil }
        let raw: [UInt8]?
        switch encoding {
        case .raw: raw = self.body
        case .zstd: raw = BlockDecompressor.decompress(self.body, rawSize: self.rawSize)
        }
        guard let raw, let batch = try? BlockCodec.decode(raw), UInt64(batch.count) == self.last - self.first + 1 else {
            return nil
        }
        return StoredBlock(firstSeq: self.first, batch: batch)
    }
}
