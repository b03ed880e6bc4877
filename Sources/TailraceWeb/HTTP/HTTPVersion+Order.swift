internal import NIOHTTP1

extension HTTPVersion {
    /// Chunked bodies, `Host`, upgrades and connections that stay open by default come with 1.1; the parser takes 1.x
    /// only.
    var isAtLeast1_1: Bool { self.minor >= 1 }
}
