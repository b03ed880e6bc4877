import Glibc

/// A file descriptor with one owner, closed when it goes.
struct OwnedDescriptor: ~Copyable {
    let number: Int32

    /// Takes over an open descriptor.
    init(_ number: Int32) { self.number = number }

    deinit { Glibc.close(self.number) }
}

/// What the operating system refused: what was tried, why not, and what to do about it.
struct SystemRefusal: Error, Sendable, CustomStringConvertible {
    var attempt: String
    var reason: String
    var hint: String?

    init(_ attempt: String, reason: String, hint: String? = nil) {
        self.attempt = attempt
        self.reason = reason
        self.hint = hint
    }

    init(_ attempt: String, errno code: Int32, hint: String? = nil) {
        self.init(attempt, reason: Self.text(code), hint: hint)
    }

    var description: String {
        let head = "\(self.attempt): \(self.reason)"
        return self.hint.map { "\(head); \($0)" } ?? head
    }

    /// The C library's sentence for an error number, in lower case because it follows a colon.
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
