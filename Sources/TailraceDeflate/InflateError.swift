/// Why a compressed message could not be read.
package enum InflateError: Error, Hashable {
    /// The message would be larger than the limit when inflated; nothing beyond the limit was kept.
    case tooLarge
    /// Not a valid run of deflate blocks, or one that refers back to messages before the last reset.
    case corrupt
}
