import Foundation
import TailraceEvent
import TailraceFilter
import TailraceLog

@testable import TailraceHub

/// Panels over a log in memory, with a clock that the test moves.
struct PanelSample {
    static let second: Int64 = 1_000_000_000
    static let start: Int64 = 1_800_000_000 * PanelSample.second

    let log: EventLog
    var now = PanelSample.start

    init(memoryBytes: Int = 64 << 20) throws {
        self.log = try EventLog(
            settings: .init(
                path: nil, maxBytes: 1 << 40, maxAge: .seconds(1_000_000), sync: .never, memoryBytes: memoryBytes))
    }

    struct Event {
        /// Seconds before it came.
        var age = 0.0
        var level: Level? = .info
        var source = "nginx"
        var message = "m"
        var fields = ""
    }

    /// Commits events that come now.
    func append(_ events: [Event]) throws {
        var batch = EventBatch()
        for event in events {
            batch.append(
                time: Timestamp(nanoseconds: self.now - Int64(event.age * 1e9)),
                received: Timestamp(nanoseconds: self.now), level: event.level,
                origin: batch.origin(Origin(source: event.source, host: "web-1")),
                message: Array(event.message.utf8).span, fields: Array(event.fields.utf8).span)
        }
        _ = try self.log.append(batch, checkpoints: [])
    }

    func computation(_ panels: [PanelDefinition], at now: Int64) -> PanelComputation {
        PanelComputation(panels.map { PanelSlot($0) }, log: self.log, streams: StreamTable(entries: [:]), now: now)
    }

    /// Reads on to the end of the log.
    func catchUp(_ computation: PanelComputation) throws {
        repeat { _ = try computation.step(now: self.now) } while computation.isBehind
    }

    /// What every panel tells now.
    func messages(_ computation: PanelComputation) -> [String] {
        computation.panels.map { panel in
            panel.content.advance(to: self.now)
            let message = panel.message(
                at: self.now, position: self.log.position(of: self.log.head), isComplete: true)
            return String(decoding: message.json, as: UTF8.self)
        }
    }

    func told(_ computation: PanelComputation) throws -> [PanelTold] {
        try self.messages(computation).map { try JSONDecoder().decode(PanelTold.self, from: Data($0.utf8)) }
    }
}

extension PanelComputation {
    func step(now: Int64) throws -> Int { try self.step(now: now, maxEvents: PanelLimits.eventsPerStep) }
}

/// A panel's message as a viewer reads it.
struct PanelTold: Decodable {
    struct Series: Decodable {
        var name: String?
        var count: Int
        var values: [Double?]
    }

    struct Entry: Decodable {
        var name: String
        var value: Value?
        var count: Int?
        var error: Int?
    }

    struct Gap: Decodable, Equatable {
        var point: Int
        var count: Int
    }

    struct Event: Decodable {
        var seq: UInt64
        var message: String
    }

    enum Value: Decodable, Equatable {
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    var id: String
    var from: String
    var complete: Bool
    var unit: String?
    var width_ms: Int?
    var points: Int?
    var total: Int?
    var missing: Int?
    var approximate: Bool?
    var outside: Int?
    var names: Int?
    var gaps: [Gap]?
    var series: [Series]?
    var other: [Double?]?
    var entries: [Entry]?
    var result: Value?
    var rate: Double?
    var values: [Double?]?
    var events: [Event]?
}

extension PanelDefinition {
    static func sample(
        _ kind: Kind, value: String = "count", by: [String] = [], filter: String = "", window: Int = 60,
        limit: Int? = nil
    ) throws -> PanelDefinition {
        var panel = PanelDefinition(id: "\(kind)-\(value)-\(by)-\(window)", title: "A panel", kind: kind)
        panel.value = try PanelValue(parsing: value)
        panel.by = try by.map { try EventField(parsing: $0) }
        panel.filter = try Filter(parsing: filter)
        panel.window = .seconds(window)
        panel.limit = limit ?? panel.limit
        return panel
    }
}
