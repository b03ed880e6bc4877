import NIOCore
import Testing

@testable import TailraceHub

@Suite struct RhythmTests {
    @Test func `without readers events are collected for the idle time`() {
        let rhythm = Rhythm()
        #expect(rhythm.current == Rhythm.idle)
        rhythm.set([.milliseconds(1)])
        rhythm.set([])
        #expect(rhythm.current == Rhythm.idle)
    }

    @Test func `it follows the reader that wants frames most often`() {
        let rhythm = Rhythm()
        rhythm.set([.milliseconds(16), .milliseconds(4), .milliseconds(8)])
        #expect(rhythm.current == .microseconds(4500))
    }

    @Test func `a new reader quickens it at once and never slows it`() {
        let rhythm = Rhythm()
        rhythm.set([.milliseconds(8)])
        rhythm.quicken(to: .milliseconds(16))
        #expect(rhythm.current == .milliseconds(9))
        rhythm.quicken(to: .milliseconds(1))
        #expect(rhythm.current == .microseconds(1125))
    }

    @Test func `sources are read often enough however slow the readers are`() {
        let rhythm = Rhythm()
        rhythm.set([.milliseconds(50)])
        #expect(rhythm.current == Rhythm.longest)
    }

    @Test func `frames are further apart the more members a group has, up to its limit`() {
        let limit = Duration.milliseconds(50)
        #expect(Pace.delay(members: 1, limit: limit) == .milliseconds(1))
        #expect(Pace.delay(members: 100, limit: limit) == .microseconds(25_600))
        #expect(Pace.delay(members: 10_000, limit: limit) == .milliseconds(50))
    }
}
