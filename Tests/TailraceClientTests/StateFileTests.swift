import Foundation
import TailraceEvent
import Testing

@testable import TailraceClient

@Suite struct StateFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tailrace-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func `a position is kept across runs, and nothing else is left behind`() throws {
        try self.inFolder { folder in
            let path = folder + "/state"
            #expect(try StateFile(path: path).load() == nil)
            let first = StateFile(path: path)
            for seq in 1...50 as ClosedRange<UInt64> {
                first.note(Position(epoch: "abc", seq: seq))
                try first.save()
            }
            #expect(try StateFile(path: path).load() == Position(epoch: "abc", seq: 50))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["state"])
        }
    }

    @Test func `a link stays a link`() throws {
        try self.inFolder { folder in
            try "abc:1\n".write(toFile: folder + "/real", atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "real")
            let state = StateFile(path: folder + "/link")
            state.note(Position(epoch: "abc", seq: 2))
            try state.save()
            #expect(try String(contentsOfFile: folder + "/real", encoding: .utf8) == "abc:2\n")
        }
    }

    @Test(arguments: ["", "x", "abc:1\nabc:2\n", "ABC:1"])
    func `a file that holds something else is not taken for a state`(text: String) throws {
        try self.inFolder { folder in
            try text.write(toFile: folder + "/other", atomically: false, encoding: .utf8)
            #expect(throws: StateFile.Problem.self) { try StateFile(path: folder + "/other").load() }
        }
    }

    @Test func `what cannot be written is told`() throws {
        let state = StateFile(path: "/nowhere/at/all")
        state.note(Position(epoch: "abc", seq: 1))
        let problem = #expect(throws: StateFile.Problem.self) { try state.save() }
        #expect(problem?.description.contains("/nowhere/at/all") == true)
    }
}
