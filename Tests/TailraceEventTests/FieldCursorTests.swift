import Foundation
import TailraceEvent
import TailraceTesting
import Testing

@Suite struct FieldCursorTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `walking random fields finds what Foundation finds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let object = Self.object(depth: 3, using: &random)
            let json = try JSONSerialization.data(withJSONObject: object, options: [.withoutEscapingSlashes])
            // Something before and behind: a cursor stays inside its range.
            let bytes = Array("\"x\":1,".utf8) + json.dropFirst().dropLast() + Array("\"y\":2".utf8)
            try Self.check(FieldCursor(6..<6 + json.count - 2), in: bytes, against: object)
        }
    }

    private static func check(_ start: FieldCursor, in bytes: [UInt8], against object: [String: Any]) throws {
        var cursor = start
        var found: [String: Any] = [:]
        while let member = cursor.next(in: bytes.span) {
            let key = try Self.decoded(Array("\"".utf8) + bytes[member.key] + Array("\"".utf8)) as? String
            found[try #require(key)] = try Self.value(member.value, member.kind, in: bytes)
        }
        #expect(NSDictionary(dictionary: found) == NSDictionary(dictionary: object))
    }

    private static func value(_ range: Range<Int>, _ kind: FieldCursor.Kind, in bytes: [UInt8]) throws -> Any {
        let text = Array(bytes[range])
        switch kind {
        case .string: return try Self.decoded(Array("\"".utf8) + text + Array("\"".utf8))
        case .number, .bool, .null, .object: return try Self.decoded(text)
        case .array:
            var cursor = FieldCursor(range.lowerBound + 1..<range.upperBound - 1)
            var elements: [Any] = []
            while let element = cursor.nextElement(in: bytes.span) {
                elements.append(try Self.value(element.value, element.kind, in: bytes))
            }
            return elements
        }
    }

    private static func decoded(_ json: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
    }

    private static func object(depth: Int, using random: inout SeededGenerator) -> [String: Any] {
        var object: [String: Any] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            object[random.text(scalars: 4)] = Self.anything(depth: depth - 1, using: &random)
        }
        return object
    }

    private static func anything(depth: Int, using random: inout SeededGenerator) -> Any {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0, 1: return random.text(scalars: Int.random(in: 0...12, using: &random))
        case 2: return Int.random(in: -1_000_000...1_000_000, using: &random)
        case 3: return Double(Int.random(in: -999...999, using: &random)) / 8
        case 4: return Bool.random(using: &random)
        case 5: return NSNull()
        case 6, 7:
            let count = Int.random(in: 0...3, using: &random)
            return (0..<count).map { _ in Self.anything(depth: depth - 1, using: &random) }
        default: return Self.object(depth: depth - 1, using: &random)
        }
    }

    @Test func `kinds are told apart and ranges leave the quotes out`() throws {
        let bytes = Array(#""a":"x\"}","b":-1.5e3,"c":true,"d":null,"e":{"f":["]"]},"g":[],"h":"""#.utf8)
        var cursor = FieldCursor(0..<bytes.count)
        var seen: [String] = []
        while let member = cursor.next(in: bytes.span) {
            let key = String(decoding: bytes[member.key], as: UTF8.self)
            seen.append("\(key) \(member.kind) \(String(decoding: bytes[member.value], as: UTF8.self))")
        }
        #expect(
            seen == [
                #"a string x\"}"#, "b number -1.5e3", "c bool true", "d null null", #"e object {"f":["]"]}"#,
                "g array []", "h string ",
            ])
    }

    @Test func `no fields have no members`() {
        var cursor = FieldCursor(3..<3)
        #expect(cursor.next(in: Array("abc".utf8).span) == nil)
    }
}
