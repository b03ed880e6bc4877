import TailraceEvent
import Testing

@Suite struct PositionTests {
    @Test(arguments: [
        Position(epoch: "a", seq: 0), Position(epoch: "k3v9x2m4pq", seq: 1842),
        Position(epoch: String(repeating: "z", count: 32), seq: .max),
    ])
    func `a position comes back from its text`(position: Position) {
        #expect(Position(position.description) == position)
    }

    @Test(arguments: [
        "", ":", "a", "a:", ":1", "a:1:2", "A:1", "a-b:1", "é:1", "a:-1", "a:+1", "a: 1", "a:1 ", "a:0x1", "a:１",
        "a:18446744073709551616", "a:000000000000000000001", "abcdefghijklmnopqrstuvwxyz0123456:1", "a\u{0}:1",
    ])
    func `anything else is no position`(text: String) {
        #expect(Position(text) == nil)
    }
}
