import Foundation
import GRDB
import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct LogFolderTests {
    @Test func `a log whose process was killed goes on where its last commit ended`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        try log.appendNumbered(1...700)
        try log.append("last", checkpoints: [Checkpoint(input: "nginx", key: "k", value: [3])])
        let left = try folder.copy()
        let next = try left.open(memory: 1)
        #expect(next.epoch == log.epoch && next.notices.isEmpty)
        #expect((next.head, next.oldest) == (701, 1))
        #expect(try Reading(next) == Reading(log))
        #expect(try next.checkpoints(of: "nginx") == ["k": [3]])
        try next.appendNumbered(702...710)
        #expect(try Reading(next, after: 701).messages == (702...710).map(String.init))
        #expect(try next.resume(from: log.position(of: 650)).text == "after 650")
    }

    @Test func `one log has one daemon`() throws {
        let folder = try ScratchLog()
        do {
            let first = try folder.open()
            let error = #expect(throws: LogError.self) { try folder.open() }
            #expect(error?.kind == .locked)
            #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
            try first.close()
        }
        #expect(try folder.open().head == 0)
    }

    @Test func `a folder that can't be made says what to do`() throws {
        let file = try ScratchLog()
        #expect(FileManager.default.createFile(atPath: file.path, contents: Data()))
        for path in [file.path, file.path + "/below"] {
            let error = #expect(throws: LogError.self) {
                try EventLog(
                    settings: .init(path: path, maxBytes: 1, maxAge: .seconds(1), sync: .never, memoryBytes: 1))
            }
            #expect(error?.kind == .unusable)
            #expect(error?.description.contains(path) == true && error?.hint.isEmpty == false)
        }
    }

    @Test func `the folder and its files are private`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        try log.append("secret")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func `a file that is no database is moved aside and kept`() throws {
        let folder = try ScratchLog()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let garbage = Data((0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try garbage.write(to: URL(fileURLWithPath: folder.databasePath))
        let log = try folder.open()
        #expect(log.notices.count == 1)
        try log.append("one")
        #expect(try Reading(log).messages == ["one"])
        let aside = try #require(folder.files.first { $0.hasPrefix("tailrace.db.damaged-") })
        #expect(log.notices.first?.contains(aside) == true)
        #expect(FileManager.default.contents(atPath: "\(folder.path)/\(aside)") == garbage)
    }

    @Test func `another program's database is moved aside and kept`() throws {
        let folder = try ScratchLog()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try folder.execute("CREATE TABLE treasure(x); ")
        try folder.execute("INSERT INTO treasure VALUES (42)")
        let log = try folder.open()
        #expect(log.notices.first?.contains("another program") == true)
        try log.append("one")
        let aside = try #require(folder.files.first { $0.hasPrefix("tailrace.db.foreign-") && !$0.hasSuffix("-wal") })
        let kept = try DatabaseQueue(path: "\(folder.path)/\(aside)").read {
            try Int.fetchOne($0, sql: "SELECT x FROM treasure")
        }
        #expect(kept == 42)
    }

    @Test func `a log with a hole in its numbers is moved aside`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.appendNumbered(1...10)
            try log.close()
        }
        try folder.execute("DELETE FROM block WHERE first = 5")
        let log = try folder.open()
        #expect(log.notices.first?.contains("gapless") == true)
        #expect(log.head == 0 && folder.files.contains { $0.contains(".damaged-") })
    }

    @Test(arguments: ["body = zeroblob(length(body))", "crc = crc + 1", "encoding = 7", "raw_size = raw_size + 1"])
    func `a damaged row is a hole of exactly its numbers`(damage: String) throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            // Three sealed rows, then small ones.
            try log.appendNumbered(1...3000, size: 1000)
            try log.appendNumbered(3001...3005)
            try log.close()
        }
        try folder.execute("UPDATE block SET \(damage) WHERE first = 1001")
        let log = try folder.open()
        #expect(log.notices.isEmpty)
        let reading = try Reading(log)
        #expect(reading.isGapless)
        #expect(reading.holes == [.init(range: 1001...2000, reason: .damaged)])
        #expect(reading.messages == (Array(1...1000) + Array(2001...3005)).map(String.init))
        #expect(try Reading(log, after: 1500, through: 1600).holes == [.init(range: 1501...1600, reason: .damaged)])
        let backwards = try #require(try log.readBackwards(through: 1700))
        #expect(backwards.slice == nil && backwards.continueThrough == 1000)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `bytes changed anywhere in the file never trap and never give a wrong event`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.appendNumbered(1...1500, size: 500)
            try log.appendNumbered(1501...1540)
            try log.close()
        }
        for _ in 0..<15 {
            let copy = try folder.copy()
            var file = try Data(contentsOf: URL(fileURLWithPath: copy.databasePath))
            for _ in 0..<20 {
                file[Int.random(in: file.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            try file.write(to: URL(fileURLWithPath: copy.databasePath))
            // An error is an answer; so is a hole, and so is a log that was moved aside.
            guard let log = try? copy.open(), let reading = try? Reading(log) else { continue }
            for (seq, sample) in reading.events { #expect(sample.message == String(seq)) }
        }
    }
}
