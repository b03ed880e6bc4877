package import TailraceAccess
package import TailraceOptions

/// `[auth]`, `[[role]]`, `[[token]]` and `[[user]]`: who may read what.
package struct AccessSettings: Sendable, Hashable {
    package var policy = AccessPolicy()
    /// Of the copy of the log that each role with less than everything has.
    package var viewMaxSize: Int64 = 512 << 20
    /// The blocks as they were read, in the order in which they are printed.
    package var blocks: [Block] = []

    package struct Block: Sendable, Hashable {
        package var name: String
        package var table: OptionTable
    }

    package init() {}

    /// They say the same, wherever it stands.
    package func isSame(as other: AccessSettings) -> Bool {
        self.policy == other.policy && self.viewMaxSize == other.viewMaxSize
    }
}

/// What the values of `[auth]`, `[[role]]`, `[[token]]` and `[[user]]` may be.
enum AccessLimits {
    static let maxRoles = 32
    static let maxTokens = 1000
    static let maxUsers = 1000
    static let maxNameBytes = 128
    static let session: ClosedRange<Duration> = .seconds(60)...(.seconds(365 * 86_400))
    /// A copy needs as much as a log does.
    static let viewSize = LogLimits.maxSize
}
