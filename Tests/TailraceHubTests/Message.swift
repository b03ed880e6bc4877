import Foundation

/// What a client makes of one message.
enum Message: Sendable {
    struct Event: Sendable, Decodable {
        var seq: UInt64
        var message: String
        var level: String?
        /// Those that are whole numbers.
        var fields: [String: Int]

        private enum CodingKeys: CodingKey { case seq, message, level, fields }
        private struct AnyValue: Decodable {
            let number: Int?
            init(from decoder: any Decoder) throws {
                self.number = try? decoder.singleValueContainer().decode(Int.self)
            }
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            self.seq = try members.decode(UInt64.self, forKey: .seq)
            self.message = try members.decode(String.self, forKey: .message)
            self.level = try members.decodeIfPresent(String.self, forKey: .level)
            self.fields = try members.decode([String: AnyValue].self, forKey: .fields).compactMapValues(\.number)
        }
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

        struct Consumer: Sendable, Decodable, Equatable {
            var name: String
            var position: String
            var new: Bool
        }

        var complete: Bool
        var missing: Missing?
        var consumer: Consumer?
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

    /// `live`, `end`, `beat`, `hello`, `mark`, `panel`, `watching`.
    struct Notice: Sendable, Decodable {
        var position: String?
        var reason: String?
        var seq: UInt64?
        var of: UInt64?
        var text: String?
        var user: String?
        var peer: String?
        var time: String?
        /// Of a panel.
        var filter: String?
        var total: Int?
        /// Of `watching`.
        var panels: [String]?
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
