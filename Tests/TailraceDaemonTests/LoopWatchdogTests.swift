import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import TailraceDaemon

@Suite(.timeLimit(.minutes(5)))
struct LoopWatchdogTests {
    @Test func `G9 pings stop while one of the loops hangs and come again when it goes on`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        let pings = Pings()
        let loops = Array(group.makeIterator())
        let watchdog = LoopWatchdog.start(loops, interval: .milliseconds(40)) { pings.add() }
        await pings.wait(for: 5)

        let gate = Gate()
        let hung = loops[1].submit { gate.hang() }
        await gate.untilHanging()
        // The round under way may still end with one ping: the loop took part in it before.
        let before = pings.count
        for _ in 0..<20 { try await loops[0].scheduleTask(in: .milliseconds(10)) {}.futureResult.get() }
        #expect(pings.count <= before + 1)

        gate.open()
        try await hung.get()
        await pings.wait(for: before + 5)
        watchdog.stop()
        try await group.shutdownGracefully()
    }

    @Test func `no ping comes after the end`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let pings = Pings()
        let loops = Array(group.makeIterator())
        let watchdog = LoopWatchdog.start(loops, interval: .milliseconds(8)) { pings.add() }
        await pings.wait(for: 3)
        watchdog.stop()
        for loop in loops { try await loop.submit {}.get() }
        let atEnd = pings.count
        try await loops[0].scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
        #expect(pings.count <= atEnd + 1)
        try await group.shutdownGracefully()
    }
}

private final class Pings: Sendable {
    private let counter = Atomic<Int>(0)

    var count: Int { self.counter.load(ordering: .acquiring) }

    func add() { self.counter.add(1, ordering: .acquiringAndReleasing) }

    func wait(for count: Int) async {
        while self.count < count { try? await Task.sleep(for: .milliseconds(1)) }
    }
}

/// Holds a thread until it is opened.
private final class Gate: Sendable {
    private let isHanging = Atomic<Bool>(false)
    private let isOpen = Atomic<Bool>(false)

    func hang() {
        self.isHanging.store(true, ordering: .releasing)
        while !self.isOpen.load(ordering: .acquiring) { usleep(1000) }
    }

    func untilHanging() async {
        while !self.isHanging.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func open() { self.isOpen.store(true, ordering: .releasing) }
}
