internal import Glibc

/// One line on a terminal's stderr that says how far a search is, and is gone when it is over.
package struct ProgressLine {
    private static let barColumns = 24
    private static let interval = Duration.milliseconds(100)

    /// Events found so far.
    package var found: UInt64 = 0
    private var lastShown: ContinuousClock.Instant?
    private var isShown = false

    package init() {}

    package mutating func show(searched: UInt64, of total: UInt64?) {
        let now = ContinuousClock.now
        if let last = self.lastShown, now - last < Self.interval { return }
        self.lastShown = now
        self.isShown = true
        Self.write("\r\u{1b}[K" + Self.text(searched: searched, of: total, found: self.found))
    }

    package mutating func clear() {
        guard self.isShown else { return }
        self.isShown = false
        Self.write("\r\u{1b}[K")
    }

    static func text(searched: UInt64, of total: UInt64?, found: UInt64) -> String {
        guard let total, total > 0 else { return "searched \(searched) events, found \(found)" }
        let share = min(1, Double(searched) / Double(total))
        let full = Int(share * Double(Self.barColumns))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.barColumns - full)
        return "\(bar) \(Int(share * 100)) % of \(total) events, found \(found)"
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
