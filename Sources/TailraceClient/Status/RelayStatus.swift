internal import Foundation

/// What `/api/v1/status` says, as far as it is shown or checked here.
package struct RelayStatus: Sendable, Decodable {
    package struct Input: Sendable, Decodable {
        package var name: String
        package var type: String
        package var state: String
        package var reason: String?
        package var events: UInt64
        package var bytes: UInt64
        package var lag_bytes: UInt64?
        package var lag_seconds: Double?
        package var lost: UInt64
        package var truncated: UInt64
        package var last_event: String?
        package var last_error: String?
        package var positions: [String: String]
    }

    package struct Log: Sendable, Decodable {
        package var epoch: String
        package var head: UInt64
        package var oldest: UInt64
        package var position: String
        package var persistent: Bool
        package var used_bytes: UInt64
        package var max_bytes: UInt64
        package var memory_bytes: UInt64
        package var waiting_bytes: UInt64
        package var oldest_time: String?
    }

    package struct Readers: Sendable, Decodable {
        package var open: Int
        package var live: Int
        package var groups: Int
    }

    package var version: String
    package var host: String
    package var uptime_seconds: Double
    package var state: String
    package var reason: String?
    package var log: Log
    package var readers: Readers
    package var inputs: [Input]
    /// Nil where the relay is of a version that does not count them.
    package var flow: RelayFlow?

    package init(json: [UInt8]) throws { self = try JSONDecoder().decode(RelayStatus.self, from: Data(json)) }
}

/// How many events went into each stage of the relay and how many came out, all read at one moment.
package struct RelayFlow: Sendable, Hashable, Decodable {
    package struct Input: Sendable, Hashable, Decodable {
        package var name: String
        /// Lines, messages or entries it has read; nil for what the relay itself says, which has none.
        package var lines: UInt64?
        /// Events of its own, such as gaps.
        package var told: UInt64?
        /// Lines in the events of others.
        package var joined: UInt64?
        /// Events that wait for further lines.
        package var waiting: UInt64?
        /// Lines that became no event, by reason.
        package var dropped: [String: UInt64]?
        /// What the input says it has handed over.
        package var made: UInt64
        /// What the intake says it has taken from it.
        package var accepted: UInt64
    }

    package struct Intake: Sendable, Hashable, Decodable {
        package var accepted: UInt64
        /// Taken and not yet handed to the router.
        package var waiting: UInt64
    }

    package struct Router: Sendable, Hashable, Decodable {
        package var entered: UInt64
        /// What streams tell their own readers.
        package var added: UInt64
        /// By reason.
        package var dropped: [String: UInt64]
        /// Routed, or about to be, and not yet committed.
        package var in_hand: UInt64
    }

    package struct Stream: Sendable, Hashable, Decodable {
        package var name: String
        /// Events that its `where` took.
        package var seen: UInt64
        package var kept: UInt64
        /// By reason.
        package var left_out: [String: UInt64]
    }

    package struct Log: Sendable, Hashable, Decodable {
        package var committed: UInt64
        /// Number of the newest event when the relay started, and at this moment.
        package var first_head: UInt64
        package var head: UInt64
    }

    package struct Hub: Sendable, Hashable, Decodable {
        package var published: UInt64
        package var taken: UInt64
    }

    package var inputs: [Input]
    package var intake: Intake
    package var router: Router
    /// Nil where the relay is of a version that does not say.
    package var streams: [Stream]?
    package var log: Log
    package var hub: Hub
}
