import TailraceEvent

/// A path as the kernel sees it: bytes without NUL that need not be UTF-8.
struct FilePath: Sendable, Hashable, Comparable {
    let bytes: [UInt8]

    init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    init(_ text: String) { self.bytes = Array(text.utf8) }

    static let root = FilePath("/")

    static func < (left: FilePath, right: FilePath) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

    /// The last component.
    var name: ArraySlice<UInt8> {
        guard let slash = self.bytes.lastIndex(of: UInt8(ascii: "/")) else { return self.bytes[...] }
        return self.bytes[(slash + 1)...]
    }

    /// The folder that holds it.
    var directory: FilePath {
        guard let slash = self.bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return .root }
        return FilePath(bytes: self.bytes[..<slash])
    }

    func appending(_ name: some Sequence<UInt8>) -> FilePath {
        var joined = self.bytes
        if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
        joined.append(contentsOf: name)
        return FilePath(bytes: joined)
    }

    /// For people and for events: bytes that are not UTF-8 become U+FFFD.
    var text: String { String(decoding: self.bytes, as: UTF8.self) }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var terminated = self.bytes
        terminated.append(0)
        return terminated.withUnsafeBytes { raw in
            // The array is never empty, so it has a base address; CChar and UInt8 share their layout.
            raw.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }

    /// The inside of a JSON object that every event of the file carries: `"file":"/var/log/syslog"`.
    var baseFields: [UInt8] {
        var fields: [UInt8] = []
        fields.append("\"file\":")
        JSONText.append(self.text, to: &fields)
        return fields
    }
}
