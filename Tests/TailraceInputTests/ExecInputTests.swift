import CLinux
import Foundation
import Glibc
import Logging
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExecInputTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    private func start(
        _ script: String, _ options: [String: OptionValue] = [:], sink: RecordingSink = RecordingSink()
    ) throws -> RunningInput {
        var table = OptionTable.of(options)
        table.values["command"] = table.values["command"] ?? .strings(["/bin/sh", "-c", script])
        table.values["format"] = .string("plain")
        table.values["restart"] = table.values["restart"] ?? .string("never")
        let executable = try JournalHarness.executable()
        return try RunningInput(sink: sink) { try ExecInput(options: table, context: $0, executable: executable) }
    }

    /// Writes a process's number to a file, and waits for the file to have one.
    private func process(_ name: String) async throws -> pid_t {
        let path = self.folder.path + "/" + name
        while true {
            if let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n"),
                let pid = pid_t(text.dropLast())
            {
                return pid
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func isAlive(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !stat.contains(") Z ")
    }

    // MARK: Reading

    @Test func `X5 both streams are read, each in its order, and told apart`() async throws {
        let input = try self.start("for i in 1 2 3; do echo out $i; echo err $i >&2; done")
        #expect(await input.end() == nil)
        let recorded = input.sink.recorded
        let streams = try recorded.batch.records.indices.map { try recorded.object(at: $0)["stream"] as? String ?? "" }
        let lines = zip(streams, recorded.messages)
        #expect(lines.filter { $0.0 == "stdout" }.map(\.1) == ["out 1", "out 2", "out 3"])
        #expect(lines.filter { $0.0 == "stderr" }.map(\.1) == ["err 1", "err 2", "err 3"])
        #expect(recorded.messages.count == 7 && streams.last == "relay")
    }

    @Test func `X4 a command that writes faster than the log takes waits, and nothing is lost`() async throws {
        let sink = RecordingSink()
        let progress = self.folder.path + "/progress"
        sink.change { $0.isHeld = true }
        let input = try self.start(
            "seq -f 'line %.0f of some length' 20000; echo x > \(progress)",
            sink: sink)
        _ = try await input.status { $0.positions["pid"] != nil }
        // 600 kB do not fit into the pipe, so it cannot have come to its end.
        #expect(access(progress, F_OK) != 0)
        sink.change { $0.isHeld = false }
        #expect(await input.end() == nil)
        #expect(sink.recorded.messages.dropLast() == (1...20_000).map { "line \($0) of some length" }[...])
    }

    @Test func `X4 output without a line end is cut at the limit`() async throws {
        let input = try self.start("head -c 3000000 /dev/zero | tr '\\0' x", ["max_line": .size(1000)])
        #expect(await input.end() == nil)
        let recorded = input.sink.recorded
        #expect(recorded.messages[0].utf8.count == 1000)
        #expect(try recorded.object(at: 0)["truncated_bytes"] as? Int == 2_999_000)
    }

    // MARK: The end of a command

    @Test(arguments: [
        ("exit 3", "exit_status", 3, Level.warn), ("kill -9 $$", "exit_signal", 9, .warn),
        ("true", "exit_status", 0, .info),
    ])
    func `X1 the end of a command is an event with its status or signal`(
        script: String, field: String, value: Int, level: Level
    ) async throws {
        let input = try self.start(script)
        #expect(await input.end() == nil)
        let recorded = input.sink.recorded
        #expect(recorded.batch.count == 1)
        let fields = try recorded.object(at: 0)
        #expect(fields[field] as? Int == value && fields["stream"] as? String == "relay")
        #expect(recorded.batch.records[0].level == level.rawValue)
        let status = input.context.status.snapshot
        #expect((status.lastError != nil) == (level == .warn) && status.state == .stopped)
    }

    @Test func `X1 a command is started again, more slowly from run to run`() async throws {
        let input = try self.start(
            "echo run; exit 1",
            [
                "restart": .string("always"), "restart_delay": .duration(.milliseconds(10)),
                "restart_delay_max": .duration(.milliseconds(40)),
            ])
        let recorded = await input.sink.wait { $0.messages.filter { $0 == "run" }.count >= 5 }
        #expect(recorded.messages.filter { $0.contains("started again in") }.count >= 4)
        #expect(await input.stop() == nil)
    }

    @Test func `X1 on-failure does not start again what ended well`() async throws {
        let input = try self.start("true", ["restart": .string("on-failure")])
        #expect(await input.end() == nil)
        #expect(input.context.status.snapshot.state == .stopped)
    }

    @Test func `X1 a program that cannot be executed is told as the end of a run`() async throws {
        let path = self.folder.path + "/broken"
        try Data("#!/nowhere/interpreter\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o755)
        let input = try self.start("", ["command": .strings([path])])
        #expect(await input.end() == nil)
        #expect(input.sink.recorded.messages[0].contains("could not be started"))
    }

    // MARK: What a command leaves behind

    @Test func `X2 all that a command started ends with the relay, also in sessions of its own`() async throws {
        let folder = self.folder.path
        let input = try self.start(
            """
            setsid sh -c 'echo $$ > \(folder)/far; exec sleep 1000' &
            sh -c 'echo $$ > \(folder)/near; exec sleep 1000' &
            echo $$ > \(folder)/self; exec sleep 1000
            """)
        let pids = [try await self.process("far"), try await self.process("near"), try await self.process("self")]
        #expect(pids.allSatisfy(self.isAlive))
        #expect(await input.stop() == nil)
        #expect(!pids.contains(where: self.isAlive))
    }

    @Test func `X2 output is read to its end from what a command left behind`() async throws {
        let input = try self.start("(sleep 0.3; echo late) & echo early")
        #expect(await input.end() == nil)
        #expect(input.sink.recorded.messages.dropLast() == ["early", "late"])
    }

    @Test func `X2 what was left behind without the output ends with the run`() async throws {
        let folder = self.folder.path
        let input = try self.start(
            """
            setsid sh -c 'echo $$ > \(folder)/left; exec sleep 1000' >/dev/null 2>&1 &
            while [ ! -s \(folder)/left ]; do :; done
            """)
        #expect(await input.end() == nil)
        #expect(!self.isAlive(try await self.process("left")))
    }

    @Test func `X3 a command that does not end when told to is killed after the grace`() async throws {
        let folder = self.folder.path
        let input = try self.start(
            "trap '' TERM; echo $$ > \(folder)/stubborn; while :; do sleep 0.05; done",
            ["stop_grace": .duration(.milliseconds(200))])
        let pid = try await self.process("stubborn")
        let start = ContinuousClock.now
        #expect(await input.stop() == nil)
        #expect(!self.isAlive(pid))
        #expect(start.duration(to: .now) >= .milliseconds(200))
    }

    @Test func `X3 a command may say its last words within the grace`() async throws {
        let input = try self.start("trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.02; done")
        _ = await input.sink.wait(events: 1)
        #expect(await input.stop() == nil)
        // The shell may say besides that its sleep was terminated.
        #expect(input.sink.recorded.messages.filter { $0 != "Terminated" } == ["ready", "goodbye"])
    }

    @Test func `X2 a command ends when its relay is gone without a word`() async throws {
        // The keeper is the relay's only child here; ending the control socket is all that a dead relay does.
        let folder = self.folder.path
        let sink = RecordingSink()
        let input = try self.start("echo $$ > \(folder)/orphan; while :; do echo x; sleep 0.01; done", sink: sink)
        let pid = try await self.process("orphan")
        sink.change { $0.isClosed = true }
        #expect(await input.end() == nil)
        #expect(!self.isAlive(pid))
    }

    // MARK: What a command gets

    @Test func `X7 a command has no descriptors of the relay and a clean environment`() async throws {
        // Descriptors without close-on-exec, as a library might leave them.
        let leaks = (0..<5).map { _ in dup(STDERR_FILENO) }
        defer { for leak in leaks { close(leak) } }
        setenv("TAILRACE_TEST_SECRET", "hidden", 1)
        let input = try self.start(
            "for fd in /proc/self/fd/*; do [ -e $fd ] && echo fd ${fd##*/}; done; env; pwd; cat",
            ["environment": .scalarsByName(["NAME": .string("a b"), "N": .integer(3)]), "directory": .string("/usr")])
        #expect(await input.end() == nil)
        let lines = input.sink.recorded.messages.dropLast()
        // The shell itself may hold one more while it reads the folder.
        #expect(lines.filter { $0.hasPrefix("fd ") }.allSatisfy { ["fd 0", "fd 1", "fd 2", "fd 3"].contains($0) })
        #expect(lines.contains("NAME=a b") && lines.contains("N=3") && lines.contains("/usr"))
        #expect(lines.contains { $0.hasPrefix("PATH=/usr/local/sbin:") })
        #expect(!lines.contains { $0.contains("SECRET") || $0.hasPrefix("SWIFT_BACKTRACE") })
    }

    @Test func `X6 arguments are handed over as they are`() async throws {
        let input = try self.start("", ["command": .strings(["/bin/echo", "$HOME; `id` | *", "two  words"])])
        #expect(await input.end() == nil)
        #expect(input.sink.recorded.messages[0] == "$HOME; `id` | * two  words")
    }

    @Test func `X8 a program that others may change or replace is not run`() async throws {
        let open = self.folder.path + "/open"
        mkdir(open, 0o755)
        chmod(open, 0o777)
        for (path, mode, why) in [
            (open + "/tool", mode_t(0o755), "is open to all"), (self.folder.path + "/tool", 0o757, "may change it"),
            (self.folder.path + "/plain", 0o644, "may execute"),
        ] {
            try Data("#!/bin/sh\necho ran\n".utf8).write(to: URL(fileURLWithPath: path))
            chmod(path, mode)
            let input = try self.start("", ["command": .strings([path])])
            #expect(await input.end()?.contains(why) == true, "\(path)")
            #expect(input.sink.recorded.batch.isEmpty)
        }
        let problem = await (try self.start("", ["command": .strings(["/nowhere/tool"])])).end()
        #expect(problem?.contains("no such file") == true)
    }

    @Test func `wrong options are refused with what to write`() throws {
        let wrong: [(String, OptionValue, String)] = [
            ("command", .strings([]), "command"), ("command", .strings(["docker", "logs"]), "command[0]"),
            ("command", .string("/usr/bin/docker logs -f web"), "command[0]"),
            ("directory", .string("tmp"), "directory"),
            ("environment", .scalarsByName(["A=B": .string("x")]), "environment"),
            ("stop_grace", .duration(.seconds(5)), "stop_grace"),
            ("restart_delay", .duration(.zero), "restart_delay"),
            ("restart_delay_max", .duration(.milliseconds(20)), "restart_delay_max"),
        ]
        let context = InputContext(
            name: "cmd", host: "here", checkpoints: [:], stop: StopSignal(), status: InputStatus(),
            logger: .init(label: "test"))
        for (key, value, place) in wrong {
            var table = OptionTable.of(["command": .strings(["/bin/true"])])
            table.values[key] = value
            let problem = #expect(throws: OptionProblem.self) { try ExecInput(options: table, context: context) }
            #expect(problem?.key == place && problem?.hint != nil, "\(key)")
        }
    }
}

struct RestartBackoffTests {
    @Test func `X1 pauses double up to the longest, vary by a fifth, and begin anew after a long run`() {
        var backoff = RestartBackoff(.seconds(1)...(.seconds(10)))
        var random = SystemRandomNumberGenerator()
        var seen = Set<Duration>()
        for expected in [1, 2, 4, 8, 10, 10] {
            let pause = backoff.pause(afterRun: .seconds(3), using: &random)
            #expect(pause >= .milliseconds(expected * 800) && pause <= .milliseconds(expected * 1200))
            seen.insert(pause)
        }
        #expect(seen.count == 6)
        #expect(backoff.pause(afterRun: .seconds(11), using: &random) <= .milliseconds(1200))
    }
}
