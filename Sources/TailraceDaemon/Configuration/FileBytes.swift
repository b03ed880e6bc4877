import Glibc

/// Reads small files whole, with a limit.
package enum FileBytes {
    package struct Failure: Error, Sendable, Hashable {
        package var reason: String
        package var hint: String?
    }

    /// The bytes of a regular file or pipe of at most `limit` bytes.
    package static func read(path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw Failure(
                    reason: "it is larger than \(QuantityText.text(bytes: Int64(limit)))",
                    hint: "check that this is the right file")
            }
        }
    }

    private static func failure(_ code: Int32) -> Failure {
        let hint: String? =
            switch code {
            case EACCES: "give the user that runs tailrace read access"
            case ENOENT: "check the path"
            case EISDIR: "name a file, not a folder"
            default: nil
            }
        return Failure(reason: String(cString: strerror(code)).lowercased(), hint: hint)
    }
}
