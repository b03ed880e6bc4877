import Glibc
import TailraceEvent
import TailraceOptions
import TailraceTesting
import Testing

@testable import TailraceInput

/// Random appends, rotations and kills; afterwards every line must have come exactly once, in order.
@Suite struct FileStormTests {
    @Test(arguments: 0..<16 as Range<UInt64>)
    func `F1 F3 F4 F19 a storm of rotations and kills keeps the ledger`(seed: UInt64) throws {
        var storm = try Storm(
            seed: seed, pattern: seed % 2 == 0 ? "*.log" : "*.log*", maxOpenFiles: seed % 3 == 0 ? 4 : 64)
        for _ in 0..<400 { try storm.step() }
        try storm.finish()
    }

    private struct Storm {
        let scratch = LogFolder()
        let sink = LedgerSink()
        let paths: [String]
        let maxOpenFiles: Int64
        var random: SeededGenerator
        var tailer: SteppedTailer
        var written: [[String]]
        var next = 0
        var rotations: [Int]

        static let logs = 6

        init(seed: UInt64, pattern: String, maxOpenFiles: Int64) throws {
            self.random = SeededGenerator(seed: seed)
            self.paths = [self.scratch.path(pattern)]
            self.maxOpenFiles = maxOpenFiles
            self.written = Array(repeating: [], count: Self.logs)
            self.rotations = Array(repeating: 0, count: Self.logs)
            self.tailer = try Self.start(self.paths, maxOpenFiles, self.sink)
        }

        static func start(_ paths: [String], _ maxOpenFiles: Int64, _ sink: LedgerSink) throws -> SteppedTailer {
            try SteppedTailer(
                paths, ["from": .string("start"), "max_open_files": .integer(maxOpenFiles)], sink: sink)
        }

        func name(_ log: Int) -> String { "app\(log).log" }

        mutating func step() throws {
            let log = Int.random(in: 0..<Self.logs, using: &self.random)
            switch Int.random(in: 0..<100, using: &self.random) {
            case 0..<55: self.append(to: log)
            case 55..<75: try self.tailer.settle()
            case 75..<88: try self.rotate(log)
            case 88..<91: try self.tailer.advance(.seconds(Int.random(in: 1...8, using: &self.random)))
            default: try self.kill()
            }
        }

        private mutating func append(to log: Int) {
            var text = ""
            for _ in 0..<Int.random(in: 1...30, using: &self.random) {
                let filler = String(repeating: "x", count: Int.random(in: 0...120, using: &self.random))
                let line = "\(log) \(self.next) \(filler)"
                self.next += 1
                self.written[log].append(line)
                text += line + "\n"
            }
            // Sometimes in two writes with a look between them.
            if Bool.random(using: &self.random), let cut = text.indices.randomElement(using: &self.random) {
                self.scratch.append(String(text[..<cut]), to: self.name(log))
                try? self.tailer.settle()
                self.scratch.append(String(text[cut...]), to: self.name(log))
            } else {
                self.scratch.append(text, to: self.name(log))
            }
        }

        private mutating func rotate(_ log: Int) throws {
            let name = self.name(log)
            guard access(self.scratch.path(name), F_OK) == 0 else { return }
            self.rotations[log] += 1
            switch log % 3 {
            case 0:
                for index in (1..<6).reversed() { self.scratch.rename("\(name).\(index)", "\(name).\(index + 1)") }
                self.scratch.rename(name, "\(name).1")
            case 1:
                self.scratch.rename(name, "\(name)-2026\(1_000 + self.rotations[log])")
            default:
                for index in (1..<6).reversed() { self.scratch.rename("\(name).\(index)", "\(name).\(index + 1)") }
                let looks = Bool.random(using: &self.random)
                let tailer = self.tailer
                self.scratch.copyTruncate(name, to: "\(name).1") { if looks { try? tailer.settle() } }
                // A second truncation before anybody looked could not be told from one.
                try self.tailer.settle()
            }
        }

        /// What was read and not taken is lost with the process.
        private mutating func kill() throws {
            self.sink.close()
            if Bool.random(using: &self.random) { try? self.tailer.settle() }
            self.sink.close(false)
            self.tailer = try Self.start(self.paths, self.maxOpenFiles, self.sink)
        }

        mutating func finish() throws {
            try self.tailer.settle()
            try self.tailer.advance(.seconds(3))
            try self.tailer.advance(.seconds(12))
            #expect(self.sink.gaps.isEmpty)
            for log in 0..<Self.logs {
                let got = self.sink.lines.filter { $0.hasPrefix("\(log) ") }
                let first = zip(got, self.written[log]).first { $0 != $1 }
                #expect(got.count == self.written[log].count, "log \(log)")
                #expect(first == nil, "log \(log)")
            }
        }
    }
}
