/// `[log]`: the relay's log, how much of it is kept and how safely.
package struct LogSettings: Sendable, Hashable {
    package enum Storage: Sendable, Hashable {
        case folder(String)
        /// Nothing is kept across restarts.
        case memory
    }

    /// When commits are forced to the disk. Commits survive a crash of the process in every mode.
    package enum Sync: Sendable, Hashable {
        case group(Duration)
        case always
        case never
    }

    package var storage: Storage
    /// Bytes; the oldest events leave first.
    package var maxSize: Int64
    package var maxAge: Duration
    package var sync: Sync
    /// Bytes of the recent end that are kept ready to send.
    package var memory: Int64

    package init(
        storage: Storage = .folder("/var/lib/tailrace"), maxSize: Int64 = 2 << 30,
        maxAge: Duration = .seconds(7 * 86_400), sync: Sync = .group(.milliseconds(100)), memory: Int64 = 64 << 20
    ) {
        self.storage = storage
        self.maxSize = maxSize
        self.maxAge = maxAge
        self.sync = sync
        self.memory = memory
    }
}
