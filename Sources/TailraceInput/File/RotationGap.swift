import TailraceEvent

/// Bytes of a file that were lost before they could be read.
struct RotationGap: Sendable, Hashable {
    enum Reason: String, Sendable {
        /// Written anew from its beginning before it was read to its end.
        case truncated
        /// Removed before it was read to its end.
        case vanished
    }

    var reason: Reason
    var path: FilePath
    /// Where reading had come to.
    var offset: UInt64
    /// Bytes, nil if unknown.
    var count: UInt64?

    var sourceGap: SourceGap {
        let amount = self.count.map { "\($0) bytes" } ?? "anything"
        let name = self.path.text
        let message =
            switch self.reason {
            case .truncated: "\(name) was truncated: \(amount) written after byte \(self.offset) could not be read"
            case .vanished: "\(name) was removed: \(amount) written after byte \(self.offset) could not be read"
            }
        return SourceGap(
            reason: self.reason.rawValue, count: self.count, unit: "bytes", from: String(self.offset),
            to: self.count.map { String(self.offset + $0) }, message: message)
    }
}
