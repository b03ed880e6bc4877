package import TailraceEvent

/// Reads events back from the JSON form in which the relay sends them.
package enum EventReader {
    /// What keeps a text from being an event, for people.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    private static let members = ["seq", "time", "level", "received", "source", "host", "message", "fields"]

    /// Appends the event and returns its number, 0 if it names none. Members may be left out; others are an error,
    /// since they are more likely a wrong spelling or a line that is no event than something to ignore.
    package static func read(_ json: [UInt8], into batch: inout EventBatch) throws(Problem) -> UInt64 {
        guard let members = JSONMembers(json) else {
            throw Problem(description: "it is not one JSON object in UTF-8")
        }
        if let unknown = members.names.first(where: { !Self.members.contains($0) }) {
            throw Problem(
                description: "an event has no member \"\(unknown)\"; it has \(Self.members.joined(separator: ", "))")
        }
        let time = try Self.time("time", members) ?? .now()
        let received = try Self.time("received", members) ?? time
        let fields = members.json("fields") ?? Array("{}".utf8)
        guard fields.first == UInt8(ascii: "{") else { throw Problem(description: "fields is not an object") }
        let seq = members.number("seq")
        guard seq != nil || !members.has("seq") else { throw Problem(description: "seq is not a whole number") }
        let level = try Self.level(members)
        let message = try Self.text("message", members)
        let source = try Self.text("source", members)
        let origin = batch.origin(Origin(source: source, host: try Self.text("host", members)))
        batch.append(
            time: time, received: received, level: level, origin: origin, message: Array(message.utf8).span,
            fields: Array(fields[1..<fields.count - 1]).span)
        return seq ?? 0
    }

    private static func text(_ name: String, _ members: JSONMembers) throws(Problem) -> String {
        if let text = members.string(name) { return text }
        guard !members.has(name) else { throw Problem(description: "\(name) is not a string") }
        return ""
    }

    private static func time(_ name: String, _ members: JSONMembers) throws(Problem) -> Timestamp? {
        guard members.has(name) else { return nil }
        guard let text = members.string(name), let time = Timestamp(rfc3339: text) else {
            throw Problem(description: "\(name) is not a time such as \"2026-11-22T07:35:12.5Z\"")
        }
        return time
    }

    private static func level(_ members: JSONMembers) throws(Problem) -> Level? {
        guard members.has("level") else { return nil }
        guard let name = members.string("level"), let level = Level(name: name) else {
            let names = Level.allCases.map(\.name).joined(separator: ", ")
            throw Problem(description: "level is not one of \(names)")
        }
        return level
    }
}
