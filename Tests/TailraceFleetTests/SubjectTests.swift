import TailraceFleet
import TailraceTesting
import Testing

@Suite struct SubjectTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `every name has one token, and comes back from it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let name = random.text(scalars: Int.random(in: 0...20, using: &random))
            let token = SubjectToken.encode(name)
            #expect(!token.isEmpty && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !".*>@".utf8.contains($0) })
            #expect(SubjectToken.decode(token) == name)
        }
    }

    @Test(arguments: ["", "a.b", "%", "@", "*", ">", "%41", "%2e", "%2", "a%", "a b", "%FF", "ä"])
    func `a token that no name has is refused, and no two tokens mean one name`(token: String) {
        #expect(SubjectToken.decode(token) == (token == "%" ? "" : nil))
    }

    @Test func `host and input come from the subject`() throws {
        let subjects = FleetSubjects(fleet: "prod")
        let subject = subjects.blocks(host: "db.1", input: "nginx access")
        #expect(subject == "tailrace.prod.db%2E1.nginx%20access")
        let origin = try #require(subjects.origin(of: subject))
        #expect(origin.host == "db.1" && origin.input == "nginx access")
        let others = ["tailrace.prod.a", "tailrace.prod.a.b.c", "tailrace.prod2.a.b", "tailrace.prod.a.", "x"]
        #expect(others.allSatisfy { subjects.origin(of: $0) == nil })
        // A question that the stream took would be a message in it, and answered by the server.
        #expect(subjects.resend(host: "a").split(separator: ".").count != subjects.all.split(separator: ".").count)
    }

    @Test(arguments: ["", "a.b", "a b", "ä", "@x", String(repeating: "x", count: 33)])
    func `a fleet's name is one that streams and buckets take`(name: String) {
        #expect(!FleetSubjects.isFleetName(name) && FleetSubjects.isFleetName("prod-eu_1"))
    }

    @Test(arguments: ["", "abc", "abc 1", "abc 2 1", "abc 0 1", "abc 1 2 3", "abc 1 100001", "abc x 2", "abc -1 2"])
    func `a question for numbers that makes no sense is refused`(text: String) {
        #expect(ResendRequest(Array(text.utf8)) == nil)
        let request = ResendRequest(epoch: "abc", numbers: 5...9)
        #expect(ResendRequest(request.payload) == request)
    }
}
