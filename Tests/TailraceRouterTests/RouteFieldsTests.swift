import TailraceEvent
import TailraceFilter
@testable import TailraceRouter
import Testing

@Suite struct RouteFieldsTests {
    private func fields(
        of message: String, _ fields: String = "", set: [String: FieldValue], capture: [String] = []
    ) throws -> String {
        let route = RouteDefinition(name: "a", fields: try RouteFields(set: set, capture: capture))
        var router = Router(routes: [route], streamNumbers: ["a": 0])
        var batch = RouterTests.batch([("app", .info, message, fields)])
        router.route(&batch)
        #expect(batch.message(at: 0) == message)
        return batch.fields(at: 0)
    }

    @Test func `constants of every kind are set`() throws {
        let set: [String: FieldValue] = [
            "a": .string("x\"y"), "b": .integer(-5), "c": .number(1.5), "d": .boolean(true), "e": .string("$$5 $$$$"),
        ]
        #expect(try self.fields(of: "", set: set) == #"{"a":"x\"y","b":-5,"c":1.5,"d":true,"e":"$5 $$"}"#)
    }

    @Test func `groups of the message are set, alone and within text`() throws {
        let capture = ["user=(?<user>\\w+)", "from (?P<ip>[0-9.]+)(:(?<port>[0-9]+))?"]
        let set: [String: FieldValue] = [
            "user": .string("$user"), "who": .string("${user}@$ip!"), "port": .string("$port"),
        ]
        #expect(
            try self.fields(of: "login user=ana from 10.0.0.1:80", "\"n\":1", set: set, capture: capture)
                == #"{"n":1,"port":"80","user":"ana","who":"ana@10.0.0.1!"}"#)
        // A group that took no part sets nothing and replaces nothing.
        #expect(
            try self.fields(of: "login user=ana from 10.0.0.1", "\"port\":22", set: set, capture: capture)
                == #"{"port":22,"user":"ana","who":"ana@10.0.0.1!"}"#)
        #expect(try self.fields(of: "nothing", "\"n\":1", set: set, capture: capture) == #"{"n":1}"#)
        #expect(try self.fields(of: "user=", "\"user\":\"old\"", set: set, capture: capture) == #"{"user":"old"}"#)
    }

    @Test func `of several patterns with one group the first that took part counts`() throws {
        let capture = ["uid=(?<id>[0-9]+)", "user=(?<id>\\w+)"]
        let set: [String: FieldValue] = ["id": .string("$id")]
        #expect(try self.fields(of: "user=ana uid=7", set: set, capture: capture) == #"{"id":"7"}"#)
        #expect(try self.fields(of: "user=ana", set: set, capture: capture) == #"{"id":"ana"}"#)
    }

    @Test func `a later route wins, and one whose group took no part leaves what was set`() throws {
        let routes = [
            RouteDefinition(name: "a", fields: try RouteFields(set: ["x": .integer(1), "y": .integer(1)])),
            RouteDefinition(
                name: "b",
                fields: try RouteFields(set: ["x": .string("$v"), "y": .integer(2)], capture: ["v=(?<v>.)"])),
        ]
        var router = Router(routes: routes, streamNumbers: ["a": 0, "b": 1])
        var batch = RouterTests.batch([("app", .info, "v=9", ""), ("app", .info, "none", "")])
        router.route(&batch)
        #expect((0..<2).map { batch.fields(at: $0) } == [#"{"x":"9","y":2}"#, #"{"x":1,"y":2}"#])
    }

    @Test func `captured text is escaped, cut at a whole character, and never half of one`() throws {
        let set: [String: FieldValue] = ["v": .string("$v")]
        #expect(try self.fields(of: "a\"\n\\b", set: set, capture: ["(?s)(?<v>.*)"]) == #"{"v":"a\"\n\\b"}"#)
        let long = String(repeating: "é", count: 5000)
        let kept = String(repeating: "é", count: FieldSetter.maxValueBytes / 2)
        #expect(try self.fields(of: long, set: set, capture: ["(?<v>.*)"]) == "{\"v\":\"\(kept)\"}")
        #expect(try self.fields(of: "é", set: set, capture: ["^\\C(?<v>\\C)"]) == #"{"v":""}"#)
    }

    @Test func `what routes add to one event is bounded and counted`() throws {
        let names = (0..<40).map { "f\($0)" }
        let set = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldValue.string("$v")) })
        let routes = [RouteDefinition(name: "a", fields: try RouteFields(set: set, capture: ["(?<v>.*)"]))]
        let status = RouterStatus(routes: routes)
        var router = Router(routes: routes, streamNumbers: ["a": 0], host: "h", status: status)
        var batch = RouterTests.batch([("app", .info, String(repeating: "x", count: 4096), "")])
        router.route(&batch)
        let limit = FieldSetter.maxAddedBytes
        #expect((limit..<limit + 8192).contains(Int(batch.records[0].fieldsLength)))
        #expect(status.streams[0].snapshot.cutValues == 40 - 16)
    }

    @Test func `what is wrong is told with its place`() {
        #expect(throws: RouteFieldsProblem.unknownGroup(field: "a", group: "usr", known: ["user"])) {
            try RouteFields(set: ["a": .string("$usr")], capture: ["(?<user>x)"])
        }
        #expect(throws: RouteFieldsProblem.unknownGroup(field: "a", group: "x", known: [])) {
            try RouteFields(set: ["a": .string("$x")])
        }
        for text in ["US$", "$", "a $ b", "${", "${user", "$-", "$$$"] {
            #expect(throws: RouteFieldsProblem.looseDollar(field: "a"), "\(text)") {
                try RouteFields(set: ["a": .string(text)], capture: ["(?<user>x)"])
            }
        }
        #expect(throws: RouteFieldsProblem.noNamedGroup(index: 1)) {
            try RouteFields(set: ["a": .string("$user")], capture: ["(?<user>x)", "(x)[(?<y>]"])
        }
        #expect(throws: RouteFieldsProblem.unused) {
            try RouteFields(set: ["a": .string("$$user")], capture: ["(?<user>x)"])
        }
        #expect(throws: RouteFieldsProblem.self) { try RouteFields(set: ["a": .string("$b")], capture: ["(?<b>"]) }
    }
}
