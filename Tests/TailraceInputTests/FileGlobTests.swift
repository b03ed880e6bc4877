import Testing

@testable import TailraceInput

@Suite struct FileGlobTests {
    @Test(arguments: [
        ("/var/log/*.log", "/var/log/app.log", true),
        ("/var/log/*.log", "/var/log/sub/app.log", false),
        ("/var/log/*.log", "/var/log/.app.log", false),
        ("/var/log/.*.log", "/var/log/.app.log", true),
        ("/var/log/a?p.log", "/var/log/app.log", true),
        ("/var/log/[a-c]*[!0-9]", "/var/log/box", true),
        ("/var/log/[a-c]*[!0-9]", "/var/log/box7", false),
        ("/var/log/[]x]", "/var/log/]", true),
        ("/var/log/[x", "/var/log/[x", true),
        ("/var/log/\\*", "/var/log/*", true),
        ("/var/log/\\*", "/var/log/a", false),
        ("/var/**/*.log", "/var/app.log", true),
        ("/var/**/*.log", "/var/log/a/b/app.log", true),
        ("/var/**/*.log", "/var/log/.hidden/app.log", false),
        ("/var//log/./x", "/var/log/x", true),
        ("/srv/*/log/*", "/srv/a/log/b", true),
        ("/srv/*/log/*", "/srv/a/b", false),
    ])
    func `a pattern matches paths as a shell does`(pattern: String, path: String, isMatch: Bool) throws {
        #expect(try GlobPattern(pattern).matches(FilePath(path)) == isMatch)
    }

    @Test func `many stars do not make matching slow`() throws {
        let pattern = try GlobPattern("/" + String(repeating: "*a", count: 60) + "b")
        let path = FilePath("/" + String(repeating: "a", count: 250))
        let time = ContinuousClock().measure { #expect(!pattern.matches(path)) }
        #expect(time < .seconds(1))
    }

    @Test func `a folder in which something could match is known`() throws {
        let pattern = try GlobPattern("/srv/*/log/*.log")
        #expect(pattern.couldMatch(below: FilePath("/srv/a")))
        #expect(pattern.couldMatch(below: FilePath("/srv/a/log")))
        #expect(!pattern.couldMatch(below: FilePath("/srv/a/lib")))
        #expect(!pattern.couldMatch(below: FilePath("/srv/a/log/x.log")))
        #expect(try GlobPattern("/srv/**/x").couldMatch(below: FilePath("/srv/a/b/c")))
    }

    @Test(arguments: ["relative/*.log", "", "/", "/var/**", "/a\0b"])
    func `a pattern that names no file is refused`(text: String) {
        #expect(throws: GlobPattern.Problem.self) { try GlobPattern(text) }
    }

    @Test func `an exclusion without a slash is about names`() throws {
        #expect(try ExcludePattern("*.gz").matches(FilePath("/var/log/a.gz")))
        #expect(try !ExcludePattern("*.gz").matches(FilePath("/var/log/a.gz/b")))
        #expect(try ExcludePattern("/var/log/a*").matches(FilePath("/var/log/abc")))
    }

    @Test func `a walk finds what matches and the folders to watch`() throws {
        let scratch = LogFolder()
        scratch.makeFolder("a")
        scratch.makeFolder("a/b")
        scratch.append("", to: "a/one.log")
        scratch.append("", to: "a/b/two.log")
        scratch.append("", to: "a/b/three.txt")
        let pattern = try GlobPattern(scratch.path("**/*.log"))
        let walk = GlobWalk([pattern, pattern], exclude: [try ExcludePattern("two*")], files: SystemFiles())
        #expect(walk.found.map(\.text) == [scratch.path("a/one.log")])
        #expect(
            walk.folders.isSuperset(of: [scratch.path, scratch.path("a"), scratch.path("a/b")].map { FilePath($0) }))
        let missing = GlobWalk([try GlobPattern(scratch.path("x/y/*.log"))], exclude: [], files: SystemFiles())
        #expect(missing.folders.contains(FilePath(scratch.path)))
    }

    @Test(arguments: [
        ("app.log.1", "app.log", true), ("app.log-20261122", "app.log", true),
        ("app.log.2026-11-22-07.old", "app.log", true),
        ("app-2026-11-22.log", "app.log", true), ("app.log.bak", "app.log", true),
        ("app.log.lock", "app.log", false), ("app-1.log", "app.log", false), ("app.log", "app.log", false),
        ("application.log", "app.log", false), ("app.log.1", "app.log.1", false), ("app.log.", "app.log", false),
    ])
    func `names that rotation gives are recognised`(name: String, base: String, isRotation: Bool) {
        #expect(RotatedName.isRotation(Array(name.utf8)[...], of: Array(base.utf8)[...]) == isRotation)
    }
}
