internal import COpenSSL

/// What is done with secrets: made, turned into digests, compared.
package enum Secret {
    /// So many that nobody guesses them: 256 bits.
    package static let bytes = 32

    /// Random bytes of the system as text: `A-Z a-z 0-9 - _`.
    package static func make() -> String {
        // Of the system, getrandom(2).
        var generator = SystemRandomNumberGenerator()
        let random = (0..<Self.bytes / 8).flatMap { _ in
            withUnsafeBytes(of: generator.next() as UInt64) { Array($0) }
        }
        return Self.base64url(random)
    }

    /// SHA-256: enough for secrets that are random, and only for those.
    package static func digest(_ text: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let bytes = Array(text.utf8)
        _ = SHA256(bytes, bytes.count, &digest)
        return digest
    }

    /// Takes as long wherever they differ.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// RFC 4648 §5, without padding.
    package static func base64url(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0...group.count { text.append(letters[Int(value >> (18 - 6 * UInt32(place)) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
