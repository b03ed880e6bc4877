internal import FoundationEssentials
internal import TailraceHub

/// A panel in a `watch` message. One that can't be read is told apart from its neighbours, so that the client learns
/// which it was.
struct WatchForm: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case kind, stream, filter, value, by, window, every, points, limit

        /// What its value has to be.
        var expected: String {
            switch self {
            case .points, .limit: "a whole number"
            case .by: "a name or a list of names"
            case .kind, .stream, .filter, .value, .window, .every: "text"
            }
        }
    }

    private(set) var request = WatchRequest()

    init(from decoder: any Decoder) throws {
        guard let members = try? decoder.container(keyedBy: Key.self) else {
            self.request.problem = "the panel is not a JSON object"
            return
        }
        self.request.kind = self.take(.kind, of: members)
        self.request.stream = self.take(.stream, of: members)
        self.request.filter = self.take(.filter, of: members)
        self.request.value = self.take(.value, of: members)
        self.request.window = self.take(.window, of: members)
        self.request.every = self.take(.every, of: members)
        self.request.points = self.take(.points, of: members)
        self.request.limit = self.take(.limit, of: members)
        if let name = try? members.decode(String.self, forKey: .by) {
            self.request.by = [name]
        } else {
            self.request.by = self.take(.by, of: members) ?? []
        }
    }

    private mutating func take<Value: Decodable>(_ key: Key, of members: KeyedDecodingContainer<Key>) -> Value? {
        do { return try members.decodeIfPresent(Value.self, forKey: key) } catch {
            self.request.problem = "\(key.rawValue) is not \(key.expected)"
            return nil
        }
    }
}
