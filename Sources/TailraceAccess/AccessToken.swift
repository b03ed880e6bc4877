/// A secret that a program shows with each request. It is shown to people once, when it is made; the configuration has
/// its digest.
package enum AccessToken {
    /// Lets people, and scanners for leaked secrets, see what it is.
    package static let prefix = "tailrace_"
    private static let hashPrefix = "sha256:"
    /// Longer is none of ours.
    private static let maxBytes = 128

    package static func make() -> String { Self.prefix + Secret.make() }

    /// As it stands in the configuration: `sha256:` and 64 digits.
    package static func hash(of token: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = Secret.digest(token).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return Self.hashPrefix + String(decoding: digest, as: UTF8.self)
    }

    /// The digest of a hash in the configuration; nil if it is none.
    package static func digest(ofHash text: String) -> [UInt8]? {
        guard text.hasPrefix(Self.hashPrefix) else { return nil }
        let digits = text.utf8.dropFirst(Self.hashPrefix.utf8.count).compactMap {
            Character(Unicode.Scalar($0)).hexDigitValue
        }
        guard digits.count == 64, text.utf8.count == Self.hashPrefix.utf8.count + 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Whether a text has the form of a token, and hardly can be anything else.
    package static func isOne(_ text: String) -> Bool {
        text.hasPrefix(Self.prefix) && text.utf8.count == Self.prefix.utf8.count + Self.secretBytes
    }

    /// Of 256 bits, six to a letter.
    private static let secretBytes = 43

    /// The digest of what a client shows; nil if it can't be a token.
    package static func digest(ofShown text: String) -> [UInt8]? {
        guard text.hasPrefix(Self.prefix), text.utf8.count <= Self.maxBytes else { return nil }
        return Secret.digest(text)
    }
}
