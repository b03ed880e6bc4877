import COpenSSL

/// Stable stand-ins for secrets: equal ones get equal names, and without the key nobody can try which secret it was.
struct Pseudonym: Sendable {
    /// 48 bits: among ten million secrets two of one name are still unlikely.
    private static let bytes = 6

    private let label: [UInt8]
    private let key: [UInt8]

    init(label: String, key: [UInt8]) {
        self.label = Array(label.utf8)
        self.key = key
    }

    /// `[label:3f9a1c02b7d4]`: the beginning of the secret's HMAC-SHA256 (RFC 2104).
    func text(for secret: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let isMade = HMAC(EVP_sha256(), self.key, Int32(self.key.count), secret, secret.count, &digest, &length) != nil
        var text = [UInt8(ascii: "[")] + self.label
        // Without a digest the name alone still hides the secret.
        if isMade {
            text.append(UInt8(ascii: ":"))
            for byte in digest.prefix(Self.bytes) {
                text.append(Self.hexDigits[Int(byte >> 4)])
                text.append(Self.hexDigits[Int(byte & 15)])
            }
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    /// Whether a text is such a name already: hashing it again would only hide which it was.
    func isOwn(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count == self.label.count + 3 + Self.bytes * 2, text.first == UInt8(ascii: "["),
            text.last == UInt8(ascii: "]")
        else { return false }
        let inside = text.dropFirst().dropLast()
        return inside.starts(with: self.label + [UInt8(ascii: ":")])
            && inside.suffix(Self.bytes * 2).allSatisfy { Self.hexDigits.contains($0) }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
