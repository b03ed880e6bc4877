internal import Synchronization

/// The table in force; a reload puts another in its place.
package final class AssetStore: Sendable {
    private let table: Mutex<AssetTable>

    package init(_ table: AssetTable) { self.table = Mutex(table) }

    package var current: AssetTable { self.table.withLock { $0 } }

    package func replace(_ table: AssetTable) { self.table.withLock { $0 = table } }

    /// For `RouteTable.fallback`.
    package func answer(_ request: HTTPRequest) -> HTTPResponse? { self.current.answer(request) }
}
