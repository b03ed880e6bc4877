internal import GRDB
internal import TailraceEvent

/// Where named readers stand, in a table of its own: its rows change far more often than they are added.
extension BlockStore {
    /// What a transaction on a page or two of this table adds to the write-ahead log.
    static let walPagesPerConsumer = 2

    static let consumerTable = """
        CREATE TABLE consumer(
          name TEXT PRIMARY KEY, position TEXT NOT NULL,
          created INTEGER NOT NULL, committed INTEGER, seen INTEGER NOT NULL) WITHOUT ROWID;
        """

    func keepConsumers(_ consumers: [StoredConsumer], removing names: [String]) throws {
        try self.pool.write { database in
            for name in names {
                try database.cachedStatement(sql: "DELETE FROM consumer WHERE name = ?").execute(arguments: [name])
            }
            for consumer in consumers {
                try database.cachedStatement(sql: "INSERT OR REPLACE INTO consumer VALUES (?, ?, ?, ?, ?)")
                    .execute(arguments: [
                        consumer.name, consumer.position.description, consumer.created.nanoseconds,
                        consumer.committed?.nanoseconds, consumer.seen.nanoseconds,
                    ])
            }
        }
    }

    func noteConsumers(seen: [String: Timestamp]) throws {
        try self.pool.write { database in
            for (name, time) in seen {
                try database.cachedStatement(sql: "UPDATE consumer SET seen = ? WHERE name = ?")
                    .execute(arguments: [time.nanoseconds, name])
            }
        }
    }

    /// A row that does not say where its consumer stands is counted instead.
    func consumers() throws -> (consumers: [StoredConsumer], damaged: Int) {
        try self.pool.read { database in
            var found: [StoredConsumer] = []
            var damaged = 0
            let rows = try GRDB.Row.fetchCursor(
                database, sql: "SELECT name, position, created, committed, seen FROM consumer")
            while let row = try rows.next() {
                if let consumer = Self.consumer(row) { found.append(consumer) } else { damaged += 1 }
            }
            return (found, damaged)
        }
    }

    private static func consumer(_ row: GRDB.Row) -> StoredConsumer? {
        guard let name = String.fromDatabaseValue(row[0]),
            let position = String.fromDatabaseValue(row[1]).flatMap({ Position($0) }),
            let created = Int64.fromDatabaseValue(row[2]), let seen = Int64.fromDatabaseValue(row[4])
        else { return nil }
        return StoredConsumer(
            name: name, position: position, created: Timestamp(nanoseconds: created),
            committed: Int64.fromDatabaseValue(row[3]).map(Timestamp.init(nanoseconds:)),
            seen: Timestamp(nanoseconds: seen))
    }
}
