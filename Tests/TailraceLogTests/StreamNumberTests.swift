import TailraceLog
import Testing

@Suite struct StreamNumberTests {
    @Test func `a name keeps its number for the life of the log`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            #expect(try log.numberStreams(["errors", "web"]) == ["errors": 0, "web": 1])
            #expect(try log.numberStreams(["db", "web"]) == ["db": 2, "web": 1])
            try log.close()
        }
        let log = try folder.open()
        #expect(try log.numberStreams(["new", "web", "errors"]) == ["new": 3, "web": 1, "errors": 0])
        #expect(try log.numberStreams([]) == [:])
    }

    @Test func `there are sixty-three, and names that are gone make room only when all are taken`() throws {
        let log = try ScratchLog().open()
        let names = (0..<63).map { "s\($0)" }
        #expect(Set(try log.numberStreams(names).values) == Set(0..<63))
        let error = #expect(throws: LogError.self) { try log.numberStreams(names + ["more"]) }
        #expect(error?.message.contains("63") == true)
        #expect(try log.numberStreams(Array(names.dropFirst()) + ["more"])["more"] == 0)
        #expect(try log.numberStreams(["s5", "more"]) == ["s5": 5, "more": 0])
    }

    @Test func `a log in memory numbers them anew`() throws {
        let log = try EventLog(memoryBytes: 1000)
        #expect(try log.numberStreams(["a", "b"]) == ["a": 0, "b": 1])
    }
}
