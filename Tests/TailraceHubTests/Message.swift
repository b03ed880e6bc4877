import Foundation

/// What a client makes of one message.
enum Message: Sendable {
    struct Event: Sendable, Decodable {
        var seq: UInt64
        var message: String
        var level: String?
        var fields: [String: Int]
    }

    struct Events: Sendable, Decodable {
        var first: UInt64
        var last: UInt64
        var position: String?
        var fetched: Bool?
        var matched: Int
        var seen: Int
        var events: [Event]
        /// It came deflated.
        var isCompressed: Bool?
    }

    struct Gap: Sendable, Decodable, Equatable {
        var from: UInt64
        var to: UInt64
        var count: UInt64
        var reason: String
    }

    struct Opened: Sendable, Decodable {
        struct Missing: Sendable, Decodable, Equatable {
            var from: UInt64
            var to: UInt64
            var count: UInt64?
            var reason: String
        }

        var complete: Bool
        var missing: Missing?
        var from: String
        var filter: String
    }

    struct Fetched: Sendable, Decodable, Equatable {
        var from: UInt64
        var to: UInt64
        var count: Int
        var complete: Bool
    }

    struct Problem: Sendable, Decodable {
        var code: String
        var message: String
        var at: Int?
    }

    /// `live`, `end`, `beat`, `hello`.
    struct Notice: Sendable, Decodable {
        var position: String?
        var reason: String?
    }

    case events(Events)
    case gap(Gap)
    case opened(Opened)
    case fetched(Fetched)
    case error(Problem)
    case notice(type: String, Notice)
    /// An event on its own, as headless readers get it.
    case event(Event)

    init(json: [UInt8], isCompressed: Bool = false) throws {
        struct Head: Decodable { var type: String? }
        let (decoder, data) = (JSONDecoder(), Data(json))
        switch try decoder.decode(Head.self, from: data).type {
        case "events":
            var events = try decoder.decode(Events.self, from: data)
            events.isCompressed = isCompressed
            self = .events(events)
        case "gap": self = .gap(try decoder.decode(Gap.self, from: data))
        case "opened": self = .opened(try decoder.decode(Opened.self, from: data))
        case "fetched": self = .fetched(try decoder.decode(Fetched.self, from: data))
        case "error": self = .error(try decoder.decode(Problem.self, from: data))
        case let type?: self = .notice(type: type, try decoder.decode(Notice.self, from: data))
        case nil: self = .event(try decoder.decode(Event.self, from: data))
        }
    }
}
