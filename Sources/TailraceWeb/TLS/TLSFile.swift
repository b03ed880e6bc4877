internal import Glibc

/// A small file with certificates or a key.
enum TLSFile {
    /// Bundles of all known authorities have some 200 KiB.
    private static let maxBytes = 4 << 20

    static func bytes(of path: String, _ part: TLSProblem.Part) throws(TLSProblem) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw Self.unreadable(path, part) }
        defer { close(number) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(number, &piece, piece.count)
            guard count >= 0 else { throw Self.unreadable(path, part) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= Self.maxBytes else {
                throw TLSProblem(
                    part: part, path: path, reason: "it has more than \(Self.maxBytes) bytes", hint: "name a PEM file")
            }
        }
    }

    private static func unreadable(_ path: String, _ part: TLSProblem.Part) -> TLSProblem {
        let code = errno
        return TLSProblem(
            part: part, path: path, reason: String(cString: strerror(code)).lowercased(),
            hint: code == EACCES
                ? "let the relay's user read it, or pass it with LoadCredential= in the unit"
                : "name a PEM file that the relay can read")
    }
}
