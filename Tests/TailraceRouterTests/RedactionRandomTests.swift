import Foundation
import TailraceEvent
import TailraceRouter
import TailraceTesting
import Testing

/// Secrets at random places in random encodings, and random bytes.
@Suite struct RedactionRandomTests {
    private static let secrets = [
        "alice@example.com", "10.20.30.40", "2001:db8::42:1", "4111111111111111", "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    ]
    private static let words = [
        "GET", "/index.html", "200", "user", "\"quoted\"", "a\\b", "é", "日本語", "😀", "12:34:56", "{", "}", "[", ",", ":",
        "%", "&", "=", "\n", "\t", "key", "1.5", "-", "_",
    ]

    private static func encode(_ text: String, _ generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: text.utf8.map { "%" + String($0, radix: 16) }.joined()
        case 1: text.utf16.map { "\\u" + String(0x10000 + Int($0), radix: 16).dropFirst() }.joined()
        case 2: Data("it is \(text) here".utf8).base64EncodedString()
        case 3: text.map { "\($0)\u{200B}" }.joined()
        default: text
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...8, using: &generator)).map { _ -> String in
            let isSecret = Int.random(in: 0..<4, using: &generator) == 0
            if isSecret { return Self.encode(Self.secrets.randomElement(using: &generator) ?? "", &generator) }
            return Self.words.randomElement(using: &generator) ?? ""
        }.joined(separator: " ")
    }

    private static func value(_ generator: inout SeededGenerator, depth: Int) -> [UInt8] {
        var json: [UInt8] = []
        switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &generator) {
        case 0: json += "4111111111111111".utf8
        case 1: json += "true".utf8
        case 2, 3: JSONText.append(Self.text(&generator), to: &json)
        case 4: json = [UInt8(ascii: "{")] + Self.members(&generator, depth: depth + 1) + [UInt8(ascii: "}")]
        default:
            let elements = (0..<3).map { _ in Self.value(&generator, depth: depth + 1) }
            json = [UInt8(ascii: "[")] + Array(elements.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
        }
        return json
    }

    private static func members(_ generator: inout SeededGenerator, depth: Int) -> [UInt8] {
        let members = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            var member: [UInt8] = []
            JSONText.append(Self.text(&generator), to: &member)
            return member + [UInt8(ascii: ":")] + Self.value(&generator, depth: depth)
        }
        return Array(members.joined(separator: [UInt8(ascii: ",")]))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `no secret is left, JSON stays JSON, and a second time changes nothing`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let redactor = try Redacting.all(hash: seed % 2 == 0)
        for turn in 0..<300 {
            let message = Array(Self.text(&generator).utf8)
            let fields = Self.members(&generator, depth: 0)
            let once = redactor.redacted(message: message, fields: fields)
            let shown = String(decoding: once.message + once.fields, as: UTF8.self)
            #expect(Redacting.isJSON(once.fields), "seed \(seed), turn \(turn): \(shown)")
            #expect(String(validating: once.message, as: UTF8.self) != nil, "seed \(seed), turn \(turn)")
            for secret in Self.secrets { #expect(!shown.contains(secret), "seed \(seed), turn \(turn): \(shown)") }
            let twice = redactor.redacted(message: once.message, fields: once.fields)
            #expect(twice.message == once.message, "seed \(seed), turn \(turn): \(shown)")
            #expect(twice.fields == once.fields, "seed \(seed), turn \(turn): \(shown)")
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `a batch comes out as its events do one by one`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let redactor = try Redacting.all()
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "a", host: "h"))
        var expected: [String] = []
        for _ in 0..<200 {
            let message = Array(Self.text(&generator).utf8)
            let fields = Self.members(&generator, depth: 0)
            batch.append(
                time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 1), level: nil, origin: origin,
                message: message.span, fields: fields.span)
            let one = redactor.redacted(message: message, fields: fields)
            expected.append(String(decoding: one.message + one.fields, as: UTF8.self))
        }
        redactor.redact(&batch)
        for index in 0..<batch.count {
            let text = batch.bytes[batch.records[index].messageRange] + batch.bytes[batch.records[index].fieldsRange]
            #expect(String(decoding: text, as: UTF8.self) == expected[index], "seed \(seed), event \(index)")
        }
    }

    @Test(arguments: [
        #""a":"a@b.co""c":"#, #""a":"a@b.co""c":"d","#, #""a":{"a@b.co":}"k":1"#, #""a":true"a@b.co":true"b""#,
    ])
    func `what is no JSON is redacted all the same`(fields: String) throws {
        let result = try Redacting.all().redacted(message: [], fields: Array(fields.utf8))
        let shown = String(decoding: result.fields, as: UTF8.self)
        #expect(shown.contains("[email]") && !shown.contains("a@b.co"), "\(shown)")
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `any bytes give some bytes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let redactor = try Redacting.all(hash: true)
        let pieces = ["\"", "\\", "{", "}", "[", "]", ":", ",", "\\u", "\\ud83d", "%", "%4", "&#", "eyJ", "a@b.co",
            "password", "=", "4111111111111111", "\"truncated_bytes\":1", "\"raw_base64\":", "\u{1B}[", "AAAABBBBCCCC"]
        for _ in 0..<3000 {
            var bytes: [[UInt8]] = [[], []]
            for part in 0..<2 {
                for _ in 0..<Int.random(in: 0...12, using: &generator) {
                    if Bool.random(using: &generator) {
                        bytes[part] += (pieces.randomElement(using: &generator) ?? "").utf8
                    } else {
                        bytes[part].append(UInt8.random(in: 0...255, using: &generator))
                    }
                }
            }
            let result = redactor.redacted(message: bytes[0], fields: bytes[1])
            #expect(result.message.count <= 66 * bytes[0].count)
            #expect(result.fields.count <= 66 * bytes[1].count)
        }
    }
}
