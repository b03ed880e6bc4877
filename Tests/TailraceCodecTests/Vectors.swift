import Foundation
import TailraceCodec
import TailraceEvent
import TailraceOptions
import Testing

/// Rows of `Tests/conformance`: what lines mean, for everything that reads them.
enum Vectors {
    static func rows(_ name: String) throws -> [[String: Any]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("conformance/\(name).json"))
        let rows = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        return rows.filter { $0["about"] == nil }
    }

    /// The options of a row as the configuration's checker would hand them over.
    static func options(_ values: [String: Any]) throws -> CodecOptions { try CodecOptions(self.table(values)) }

    private static func table(_ values: [String: Any]) -> OptionTable {
        OptionTable(values: values.mapValues { Self.value($0) }.merging(Self.quantities(values)) { $1 })
    }

    private static func value(_ value: Any) -> OptionValue {
        switch value {
        case let text as String: .string(text)
        case let texts as [String]: .strings(texts)
        case let scalars as [String: String] where scalars["start"] == nil && scalars["rule"] == nil:
            .scalarsByName(scalars.mapValues { .string($0) })
        case let table as [String: Any]: .table(Self.table(table))
        case let number as NSNumber where CFBooleanGetTypeIDIsEqual(number): .boolean(number.boolValue)
        case let number as NSNumber: .integer(number.int64Value)
        default: .string("\(value)")
        }
    }

    private static func quantities(_ values: [String: Any]) -> [String: OptionValue] {
        (values["max_bytes"] as? NSNumber).map { ["max_bytes": .size($0.int64Value)] } ?? [:]
    }

    private static func CFBooleanGetTypeIDIsEqual(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c"
    }
}

/// What a source becomes when it is read as a file, to its end.
struct SourceReading {
    var reader: LineReader
    var batch = EventBatch()
    let origin: UInt16
    var now = ContinuousClock.now
    private var counts = LineCounts()

    init(_ options: CodecOptions, at offset: UInt64 = 0) {
        self.reader = LineReader(options: options, isOrdered: true)
        self.reader.restart(at: offset)
        self.origin = self.batch.origin(Origin(source: "test", host: "web-1"))
    }

    var context: LineContext { LineContext(received: arrival, now: self.now, origin: self.origin, fields: []) }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        self.reader.take(bytes.span, self.context, into: &self.batch)
    }

    mutating func finishDue() { self.reader.finishDue(self.context, into: &self.batch) }
    mutating func finish() { self.reader.finish(self.context, into: &self.batch) }

    mutating func tally() { self.counts.add(self.reader.takeCounts()) }

    /// Whether, as last tallied, every line is in an event, waits, or was dropped for a reason.
    var addsUp: Bool {
        let dropped = self.counts.dropped.values.reduce(0, +)
        return self.counts.lines == self.batch.count + self.counts.joined + self.counts.waiting + dropped
    }

    var messages: [String] { (0..<self.batch.count).map { self.batch.message(at: $0) } }

    /// The events' fields as objects.
    func fields(at index: Int) throws -> [String: Any] {
        let text = self.batch.fields(at: index)
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }
}
