internal import CCrypt
internal import Glibc

/// A password as crypt(5) writes it, in a form that costs whoever guesses time and memory.
package struct PasswordHash: Sendable, Hashable {
    /// yescrypt, gost-yescrypt, scrypt, bcrypt. The SHA forms are refused: graphics cards try billions a second.
    private static let prefixes = ["$y$", "$gy$", "$7$", "$2a$", "$2b$", "$2y$"]
    /// Longer ones are no passwords but an attempt to keep the relay busy.
    package static let maxPasswordBytes = 512

    package let text: String

    /// Nil where it is no such hash.
    package init?(_ text: String) {
        guard Self.prefixes.contains(where: text.hasPrefix),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }),
            Self.crypt("", setting: text)?.utf8.count == text.utf8.count
        else { return nil }
        self.text = text
    }

    /// Hashes with yescrypt at the library's own cost; nil where the system has no yescrypt.
    package init?(hashing password: String) {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$y$", 0, nil, 0, &setting, Int32(setting.count)) != nil else { return nil }
        let text = String(decoding: setting.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let hash = Self.crypt(password, setting: text) else { return nil }
        self.text = hash
    }

    /// Takes as long as hashing does, tens of milliseconds and megabytes: not for event loops.
    package func matches(_ password: String) -> Bool {
        guard password.utf8.count <= Self.maxPasswordBytes, !password.utf8.contains(0),
            let found = Self.crypt(password, setting: self.text)
        else { return false }
        return Secret.areEqual(Array(found.utf8), Array(self.text.utf8))
    }

    private static func crypt(_ password: String, setting: String) -> String? {
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        memset(data, 0, MemoryLayout<crypt_data>.size)
        defer {
            explicit_bzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        guard let found = crypt_rn(password, setting, data, Int32(MemoryLayout<crypt_data>.size)) else { return nil }
        let text = String(cString: found)
        return text.hasPrefix("*") ? nil : text
    }
}
