import TailraceEvent

/// Bytes of a file that were lost before they could be read, or never written.
struct RotationGap: Sendable, Hashable {
    enum Reason: String, Sendable {
        /// Written anew from its beginning before it was read to its end.
        case truncated
        /// Removed before it was read to its end.
        case vanished
        /// NUL bytes where nothing was written.
        case hole
        /// Its compressed form can't be read to the end, or is not what was compressed.
        case damaged
        /// Its compressed form holds more than may be inflated.
        case limit
        /// Rotated away before it might be read.
        case refused
        /// More files were rotated away at once than are looked into.
        case crowded
    }

    var reason: Reason
    var path: FilePath
    /// Where reading had come to.
    var offset: UInt64
    /// Bytes, nil if unknown.
    var count: UInt64?
    /// Why, where that is not clear from the reason.
    var detail: String?

    var sourceGap: SourceGap {
        SourceGap(
            reason: self.reason.rawValue, count: self.count, unit: "bytes", from: String(self.offset),
            to: self.count.map { String(self.offset + $0) }, message: self.message)
    }

    private var message: String {
        let amount = self.count.map { "\($0) bytes" } ?? "anything"
        let unread = "\(amount) written after byte \(self.offset) could not be read"
        let name = self.path.text
        let detail = self.detail ?? "unknown"
        return switch self.reason {
        case .truncated: "\(name) was truncated: \(unread)"
        case .vanished: "\(name) was removed: \(unread)"
        case .hole: "\(name) has a hole: \(amount) after byte \(self.offset) were never written"
        case .damaged: "the compressed form of \(name) is damaged: \(detail); \(unread)"
        case .limit: "the compressed form of \(name) is too large: \(detail); \(unread)"
        case .refused: "\(detail) may not be read, which was \(name) before: \(unread)"
        case .crowded: "\(detail) of \(name) at once are too many: \(amount) in the oldest of them are left unread"
        }
    }
}
