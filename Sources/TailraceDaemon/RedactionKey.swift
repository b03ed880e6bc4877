internal import Glibc

/// The key of the pseudonyms that `[[redact]] replace = "hash"` writes, kept in the log's folder for this user alone.
///
/// Who has it can try which secret a pseudonym stands for; without it the pseudonyms of old events are never met again.
enum RedactionKey {
    static let fileName = "redaction.key"
    /// As long as the hash (RFC 2104 §3).
    private static let bytes = 32

    /// Reads the key of a folder that the log has made, or makes one.
    static func load(folder: String) throws(RelayError) -> [UInt8] {
        let path = folder + "/" + Self.fileName
        if access(path, F_OK) == 0 { return try Self.read(path) }
        let key = Self.random()
        try Self.write(key, to: path)
        return key
    }

    /// For a log in memory: good until the relay stops.
    static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<Self.bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func read(_ path: String) throws(RelayError) -> [UInt8] {
        var text: [UInt8]
        do { text = try FileBytes.read(path: path, limit: 4096) } catch {
            throw RelayError("cannot read \(path): \(error.reason); \(error.hint ?? "check the file")")
        }
        // Nobody else has to read it, whoever put it there.
        chmod(path, 0o600)
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.count, digits.count == Self.bytes * 2 else {
            throw RelayError(
                "\(path) is damaged: it is not \(Self.bytes * 2) hexadecimal digits; bring it back from a copy, or "
                    + "remove it and have new pseudonyms")
        }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Under another name first, so that a crash leaves no half of a key.
    private static func write(_ key: [UInt8], to path: String) throws(RelayError) {
        let digits = Array("0123456789abcdef".utf8)
        let text = key.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(draft) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0, rename(draft, path) == 0
        else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> RelayError {
        RelayError(
            "cannot write \(path): \(String(cString: strerror(errno)).lowercased()); give the user that runs tailrace "
                + "write access to the folder")
    }
}
