import Foundation
import Glibc
import Synchronization
import TailraceEvent
import TailraceInput
import TailraceOptions

/// Writes real journal files: systemd's own importer, fed with the export format, appends while others read.
final class JournalWriter: Sendable {
    static let program = "/lib/systemd/systemd-journal-remote"
    /// A boot that never was.
    static let boot = "4d2c63a3a1c94a4c9b4b4a9a1c5e7f01"

    struct Entry {
        /// Microseconds since 1970.
        var realtime: UInt64
        var monotonic: UInt64
        var boot = JournalWriter.boot
        var fields: [(name: String, value: [UInt8])]
    }

    private let process: Process
    private let input: FileHandle
    private let errors: String

    /// - Parameter path: of the journal file; its name must end in `.journal`.
    init(_ path: String) throws {
        guard access(Self.program, X_OK) == 0 else {
            throw HarnessProblem("\(Self.program) is missing; install it: apt-get install systemd-journal-remote")
        }
        // A reader that died must not end the tests, nor must a writer.
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        self.process = Process()
        self.process.executableURL = URL(fileURLWithPath: Self.program)
        self.process.arguments = ["-o", path, "--split-mode=none", "-"]
        self.process.standardInput = pipe
        self.errors = path + ".stderr"
        _ = FileManager.default.createFile(atPath: self.errors, contents: nil)
        self.process.standardError = FileHandle(forWritingAtPath: self.errors)
        self.input = pipe.fileHandleForWriting
        try self.process.run()
    }

    func write(_ entries: [Entry]) throws {
        var text: [UInt8] = []
        for entry in entries {
            text += Array("__REALTIME_TIMESTAMP=\(entry.realtime)\n__MONOTONIC_TIMESTAMP=\(entry.monotonic)\n".utf8)
            text += Array("_BOOT_ID=\(entry.boot)\n".utf8)
            for (name, value) in entry.fields {
                if value.contains(where: { $0 < 0x20 || $0 >= 0x80 }) {
                    text += Array("\(name)\n".utf8)
                    withUnsafeBytes(of: UInt64(value.count).littleEndian) { text += Array($0) }
                    text += value + [0x0a]
                } else {
                    text += Array("\(name)=".utf8) + value + [0x0a]
                }
            }
            text.append(0x0a)
        }
        try self.input.write(contentsOf: Data(text))
    }

    /// Numbered entries, one millisecond apart.
    func write(numbers: Range<Int>, from start: UInt64 = 1_700_000_000_000_000, fields: [String: String] = [:]) throws {
        for chunk in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 500) {
            try self.write(
                (chunk..<min(chunk + 500, numbers.upperBound)).map { number in
                    Entry(
                        realtime: start + UInt64(number) * 1000, monotonic: 1_000_000 + UInt64(number) * 1000,
                        fields: [("MESSAGE", Array("entry \(number)".utf8)), ("PRIORITY", Array("6".utf8))]
                            + fields.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) })
                })
        }
    }

    /// Ends the file properly.
    func finish() throws {
        try self.input.close()
        self.process.waitUntilExit()
        guard self.process.terminationStatus == 0 else {
            let text = (try? String(contentsOfFile: self.errors, encoding: .utf8)) ?? ""
            throw HarnessProblem("\(Self.program) failed: \(text)")
        }
    }

    deinit { if self.process.isRunning { self.process.terminate() } }
}

/// The journald input, with the real reader process.
enum JournalHarness {
    /// The program that lies beside the tests; it is its own journal reader.
    static func executable() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("tailrace").path
        guard access(path, X_OK) == 0 else {
            throw HarnessProblem("\(path) is missing; build it first: swift build --product tailrace")
        }
        return path
    }

    static func start(
        _ directory: String, _ options: [String: OptionValue] = [:], checkpoint: [UInt8]? = nil,
        sink: RecordingSink = RecordingSink()
    ) throws -> RunningInput {
        var table = OptionTable.of(options)
        table.values["directory"] = .strings([directory])
        // The written entries are of the year 2023.
        if table.values["since"] == nil { table.values["since"] = .duration(.seconds(20 * 365 * 86_400)) }
        let executable = try Self.executable()
        let checkpoints = checkpoint.map { [JournaldInput.checkpointKey: $0] } ?? [:]
        return try RunningInput(sink: sink, checkpoints: checkpoints, name: "system") {
            try JournaldInput(options: table, context: $0, executable: executable)
        }
    }

    static func reader(_ input: RunningInput) -> pid_t? {
        input.context.status.snapshot.positions["reader"].flatMap { pid_t($0) }
    }
}

extension RecordingSink.Recorded {
    /// The numbers of the numbered entries, in the order they came.
    var numbers: [Int] {
        self.messages.compactMap { $0.hasPrefix("entry ") ? Int($0.dropFirst(6)) : nil }
    }

    /// Whether the newest event is that numbered entry.
    func endsWith(_ number: Int) -> Bool {
        guard let last = self.batch.records.indices.last else { return false }
        return self.batch.message(at: last) == "entry \(number)"
    }

    /// The gap objects among the events.
    func gaps() throws -> [[String: any Sendable]] {
        try self.batch.records.indices.compactMap { try self.object(at: $0)["gap"] as? [String: any Sendable] }
    }
}
