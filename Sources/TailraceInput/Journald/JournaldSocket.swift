import CLinux
import Glibc

/// Whether journald runs, as far as its socket tells: where it should and nobody holds it, nothing new is written.
struct JournaldSocket {
    private let path: String?
    /// What people should know; nil if it runs, or if nothing says that it should.
    private(set) var problem: String?

    /// For a directory nothing can be said: others write to it.
    init(directory: String?, namespace: String?) {
        let name = namespace.flatMap { $0 == "*" ? nil : $0.hasPrefix("+") ? String($0.dropFirst()) : $0 }
        self.path = directory == nil ? "/run/systemd/journal\(name.map { ".\($0)" } ?? "")/socket" : nil
        _ = self.look()
    }

    /// Looks again.
    /// - Returns: true if it came or went.
    mutating func look() -> Bool {
        guard let path = self.path else { return false }
        let before = self.problem
        self.problem =
            Self.isMissing(path)
            ? "journald does not run: nobody listens at \(path); what it writes later will be read" : nil
        return self.problem != before
    }

    /// The socket's folder is there, as where journald has run, and nobody holds the socket. Nothing is sent.
    private static func isMissing(_ path: String) -> Bool {
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
        guard access(folder, X_OK) == 0 else { return false }
        let number = Glibc.socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { return false }
        let socket = OwnedDescriptor(number)
        return UnixAddress.connect(socket.number, to: path) != 0 && (errno == ENOENT || errno == ECONNREFUSED)
    }
}
