import Testing

@testable import TailraceWeb

@Suite struct PathTemplateTests {
    @Test func `a segment that varies is exactly one segment`() throws {
        let template = try #require(PathTemplate("/things/{name}/commit"))
        #expect(template.parameter(in: "/things/a/commit") == "a")
        #expect(template.parameter(in: "/things/commit/commit") == "commit")
        for path in ["/things//commit", "/things/commit", "/things/a/b/commit", "/things/a", "/thing/a/commit", ""] {
            #expect(template.parameter(in: path) == nil, "\(path)")
        }
        #expect(try #require(PathTemplate("/things/{name}")).parameter(in: "/things/a") == "a")
        #expect(PathTemplate("/things") == nil)
    }
}
