internal import Foundation
internal import GRDB
internal import Synchronization
internal import TailraceEvent

/// Which blocks to look for: by number and by time.
package struct BlockSearch: Sendable {
    package var from: UInt64
    package var through: UInt64
    /// Blocks that may hold an event of these times.
    package var times: ClosedRange<Int64>
    package var isDescending: Bool
    /// With their trigrams.
    package var withTrigrams: Bool
    /// At most so many blocks, the nearest first.
    package var limit: Int

    package init(
        from: UInt64, through: UInt64, times: ClosedRange<Int64>, isDescending: Bool, withTrigrams: Bool, limit: Int
    ) {
        self.from = from
        self.through = through
        self.times = times
        self.isDescending = isDescending
        self.withTrigrams = withTrigrams
        self.limit = limit
    }
}

/// Events that have to be read, or could be passed by with what is known of them.
package struct BlockCandidate: Sendable {
    package var range: ClosedRange<UInt64>
    /// Nil for what has none: rows that wait to be merged, blocks of an earlier version.
    package var digest: BlockDigest?
    package var trigrams: BlockTrigrams?
}

/// Digests stand in tables of their own, so that looking for a time or a word walks few small pages and not those of
/// the blocks.
extension BlockStore {
    static let digestTables = """
        CREATE TABLE digest(
          first INTEGER PRIMARY KEY, last INTEGER NOT NULL, time_first INTEGER NOT NULL, time_last INTEGER NOT NULL,
          facts BLOB NOT NULL);
        CREATE TABLE trigrams(first INTEGER PRIMARY KEY, bits BLOB NOT NULL);
        """

    /// The newest event that has a digest, from the end of the table: `max(last)` would walk all of it.
    private static let lastDigested = "SELECT last FROM digest ORDER BY first DESC LIMIT 1"

    static func insertDigest(of row: Row, into database: Database) throws {
        guard let digest = row.digest else { return }
        try database.cachedStatement(sql: "INSERT INTO digest VALUES (?, ?, ?, ?, ?)").execute(arguments: [
            Int64(clamping: row.first), Int64(clamping: row.last), digest.times.lowerBound, digest.times.upperBound,
            Data(digest.facts),
        ])
        guard let trigrams = row.trigrams else { return }
        try database.cachedStatement(sql: "INSERT INTO trigrams VALUES (?, ?)")
            .execute(arguments: [Int64(clamping: row.first), Data(trigrams.stored)])
    }

    /// After blocks were taken out at the beginning.
    static func dropOldDigests(_ database: Database) throws {
        for table in ["digest", "trigrams"] {
            try database.cachedStatement(
                sql: "DELETE FROM \(table) WHERE first < coalesce((SELECT min(first) FROM block), 0)"
            ).execute()
        }
    }

    /// Runs of blocks without a digest, as an earlier version wrote them.
    func findUndigested() throws -> [ClosedRange<UInt64>] {
        try self.pool.read { database in
            var runs: [ClosedRange<UInt64>] = []
            let rows = try GRDB.Row.fetchCursor(
                database,
                sql: """
                    SELECT first, last FROM block WHERE first NOT IN (SELECT first FROM digest) ORDER BY first
                    """)
            while let row = try rows.next() {
                let range = UInt64(clamping: row[0] as Int64)...UInt64(clamping: row[1] as Int64)
                if let last = runs.last, last.upperBound + 1 == range.lowerBound {
                    runs[runs.count - 1] = last.lowerBound...range.upperBound
                } else {
                    runs.append(range)
                }
            }
            return runs
        }
    }

    /// The nearest blocks of a search in its order; fewer than its limit if there are no more.
    func candidates(_ search: BlockSearch) throws -> [BlockCandidate] {
        let undigested = self.undigested.withLock { $0 }
        return try self.pool.read { database in
            var found = try Self.digested(search, database)
            let runs = try Self.runs(undigested, database)
            for run in search.isDescending ? runs.reversed() : runs {
                guard let part = Self.overlap(run, search.from...search.through) else { continue }
                found += try Self.undigested(search, in: part, database)
            }
            found.sort { ($0.range.lowerBound < $1.range.lowerBound) != search.isDescending }
            return Array(found.prefix(search.limit))
        }
    }

    /// The runs without a digest, and what came behind the newest digest.
    private static func runs(
        _ undigested: [ClosedRange<UInt64>], _ database: Database
    ) throws -> [ClosedRange<UInt64>] {
        let digested = try Int64.fetchOne(database, sql: Self.lastDigested) ?? 0
        let last = max(UInt64(clamping: digested), undigested.last?.upperBound ?? 0)
        return undigested + [last + 1...UInt64.max]
    }

    private static func overlap(_ left: ClosedRange<UInt64>, _ right: ClosedRange<UInt64>) -> ClosedRange<UInt64>? {
        left.overlaps(right) ? left.clamped(to: right) : nil
    }

    private static func digested(_ search: BlockSearch, _ database: Database) throws -> [BlockCandidate] {
        let bits = search.withTrigrams ? "(SELECT bits FROM trigrams WHERE first = digest.first)" : "NULL"
        let statement = try database.cachedStatement(
            sql: """
                SELECT first, last, time_first, time_last, facts, \(bits) FROM digest
                WHERE first >= coalesce((SELECT max(first) FROM digest WHERE first <= ?1), ?1) AND first <= ?2
                  AND last >= ?1 AND time_last >= ?3 AND time_first <= ?4
                ORDER BY first \(search.isDescending ? "DESC" : "ASC") LIMIT ?5
                """)
        let rows = try GRDB.Row.fetchCursor(statement, arguments: Self.arguments(search, search.from...search.through))
        var found: [BlockCandidate] = []
        while let row = try rows.next() {
            let first = UInt64(clamping: row[0] as Int64)
            let last = max(first, UInt64(clamping: row[1] as Int64))
            let facts = try row.withUnsafeData(atIndex: 4) { Array($0 ?? Data()) }
            found.append(
                BlockCandidate(
                    range: first...last,
                    digest: BlockDigest(first: first, last: last, times: (row[2], row[3]), facts: facts),
                    trigrams: try row.withUnsafeData(atIndex: 5) { data in
                        data?.withUnsafeBytes { BlockTrigrams(stored: $0) }
                    }))
        }
        return found
    }

    private static func undigested(
        _ search: BlockSearch, in range: ClosedRange<UInt64>, _ database: Database
    ) throws -> [BlockCandidate] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT first, last FROM block
                WHERE first >= coalesce((SELECT max(first) FROM block WHERE first <= ?1), ?1) AND first <= ?2
                  AND last >= ?1 AND time_last >= ?3 AND time_first <= ?4 AND first NOT IN (SELECT first FROM digest)
                ORDER BY first \(search.isDescending ? "DESC" : "ASC") LIMIT ?5
                """)
        let rows = try GRDB.Row.fetchCursor(statement, arguments: Self.arguments(search, range))
        var found: [BlockCandidate] = []
        while let row = try rows.next() {
            let first = UInt64(clamping: row[0] as Int64)
            found.append(BlockCandidate(range: first...max(first, UInt64(clamping: row[1] as Int64))))
        }
        return found
    }

    private static func arguments(_ search: BlockSearch, _ range: ClosedRange<UInt64>) -> StatementArguments {
        [
            Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound), search.times.lowerBound,
            search.times.upperBound, search.limit,
        ]
    }

    /// The earliest and the latest time of any event, nil in an empty log.
    func times() throws -> ClosedRange<Int64>? {
        let undigested = self.undigested.withLock { $0 }
        return try self.pool.read { database in
            var bounds: ClosedRange<Int64>?
            func take(_ sql: String, _ arguments: StatementArguments) throws {
                guard let row = try GRDB.Row.fetchOne(database, sql: sql, arguments: arguments),
                    let low = Int64.fromDatabaseValue(row[0]), let high = Int64.fromDatabaseValue(row[1]), low <= high
                else { return }
                bounds = bounds.map { min($0.lowerBound, low)...max($0.upperBound, high) } ?? low...high
            }
            try take("SELECT min(time_first), max(time_last) FROM digest", [])
            for run in try Self.runs(undigested, database) {
                try take(
                    "SELECT min(time_first), max(time_last) FROM block WHERE first BETWEEN ? AND ?",
                    [Int64(clamping: run.lowerBound), Int64(clamping: run.upperBound)])
            }
            return bounds
        }
    }

    /// The small rows at the end that the last run would have merged; nil if there are none or they are damaged.
    func openTail() throws -> StoredBlock? {
        let rows = try self.pool.read { database in
            var rows: [StoredRow] = []
            let statement = try database.cachedStatement(
                sql: """
                    SELECT first, last, encoding, raw_size, crc, body FROM block
                    WHERE first > coalesce((\(Self.lastDigested)), 0) ORDER BY first DESC LIMIT ?
                    """)
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: [EventLog.sealEvents])
            while let row = try cursor.next(), row[2] == BlockEncoding.raw.rawValue {
                rows.append(try StoredRow(row))
            }
            return rows
        }
        guard var tail = rows.last?.block() else { return nil }
        for row in rows.reversed().dropFirst() {
            guard let block = row.block(), block.firstSeq == tail.lastSeq + 1 else { return nil }
            tail.batch.append(block.batch)
        }
        let isSmall = tail.batch.count < EventLog.sealEvents && tail.batch.bytes.count < EventLog.sealBytes
        return isSmall ? tail : nil
    }
}
