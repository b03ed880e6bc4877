import Glibc
import TailraceCodec

/// Events for `explain` from a file or stdin: one JSON object, or one per line.
enum EventFile {
    /// A sample to look into, not a log to search.
    static let maxBytes = 16 << 20

    /// The events' JSON, each with its place for messages. What a stream says beside its events is left out.
    static func read(_ path: String) throws(CommandFailure) -> [(json: [UInt8], place: String)] {
        let name = path == "-" ? "stdin" : path
        let bytes = try Self.bytes(path, name)
        if let whole = Self.minified(bytes) { return [(whole, name)] }
        var events: [(json: [UInt8], place: String)] = []
        for (number, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            guard let json = Self.minified(Array(line)) else {
                throw CommandFailure("\(name):\(number + 1): it is not one JSON object in UTF-8")
            }
            if JSONMembers(json)?.has("type") == true { continue }
            events.append((json, "\(name):\(number + 1)"))
        }
        guard !events.isEmpty else { throw CommandFailure("\(name) holds no event") }
        return events
    }

    private static func minified(_ bytes: [UInt8]) -> [UInt8]? {
        let wrapped = Array("{\"event\":".utf8) + bytes + [UInt8(ascii: "}")]
        guard JSONMembers(bytes) != nil else { return nil }
        return JSONMembers(wrapped)?.json("event")
    }

    private static func bytes(_ path: String, _ name: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure("cannot read \(name): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Self.maxBytes else {
                throw CommandFailure("\(name) is larger than 16 MiB; give a part of it")
            }
        }
    }
}
