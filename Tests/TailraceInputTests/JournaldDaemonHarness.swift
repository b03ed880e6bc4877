import Foundation
import Glibc

/// A journald of the test's own, in a mount namespace of its own; its files lie in a folder of the test.
///
/// Needs root. Nothing of the machine's own journal is touched.
final class PrivateJournald: Sendable {
    let journal: String
    private let process: Process
    private let input: FileHandle
    private let output: FileHandle

    private static let program = "/lib/systemd/systemd-journald"

    /// - Parameter settings: lines of `[Journal]`.
    init(_ folder: String, settings: [String]) throws {
        guard access(Self.program, X_OK) == 0, access("/etc/machine-id", R_OK) == 0 else {
            throw HarnessProblem("\(Self.program) or /etc/machine-id is missing; install it: apt-get install systemd")
        }
        guard geteuid() == 0 else { throw HarnessProblem("a journald of its own needs root; run the tests as root") }
        self.journal = folder + "/log/journal"
        let config = folder + "/systemd/journald.conf.d"
        for path in [config, folder + "/systemd/journal", self.journal] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let all = ["Storage=volatile", "ReadKMsg=no", "Audit=no", "RateLimitBurst=0"] + settings
        try Data(("[Journal]\n" + all.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: config + "/test.conf"))
        let script = """
            set -e
            mount --make-rprivate /
            mount --bind \(folder)/systemd /run/systemd
            mkdir -p /run/log
            mount --bind \(folder)/log /run/log
            \(Self.program) 2>/dev/null & journald=$!
            trap 'kill $journald; wait $journald' EXIT
            until [ -S /run/systemd/journal/stdout ] && [ -n "$(ls -A /run/log/journal)" ]; do sleep .02; done
            echo ready
            exec 4> >(systemd-cat -t numbers)
            while read -r first last; do
                seq -f 'entry %.0f' $first $last >&4
                until [ "$(journalctl -D /run/log/journal -t numbers -n 1 -o cat 2>&1)" = "entry $last" ]; do
                    sleep .02
                done
                echo done
            done
            """
        let (input, output) = (Pipe(), Pipe())
        self.process = Process()
        self.process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        self.process.arguments = ["-m", "bash", "-c", script]
        self.process.standardInput = input
        self.process.standardOutput = output
        self.input = input.fileHandleForWriting
        self.output = output.fileHandleForReading
        try self.process.run()
        try self.expect("ready")
    }

    /// Logs `entry N` for each number and waits until the last one is in the journal.
    func write(numbers: Range<Int>) throws {
        guard !numbers.isEmpty else { return }
        try self.input.write(contentsOf: Data("\(numbers.lowerBound) \(numbers.upperBound - 1)\n".utf8))
        try self.expect("done")
    }

    func stop() throws {
        try self.input.close()
        self.process.waitUntilExit()
    }

    private func expect(_ word: String) throws {
        var line: [UInt8] = []
        while let byte = try self.output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        guard String(decoding: line, as: UTF8.self) == word else {
            throw HarnessProblem("the private journald did not come up: \(String(decoding: line, as: UTF8.self))")
        }
    }

    deinit { try? self.input.close() }
}
