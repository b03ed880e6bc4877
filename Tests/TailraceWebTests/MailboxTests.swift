import NIOCore
import TailraceTesting
import Testing

@testable import TailraceWeb

struct MailboxTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    /// A mailbox whose words can stand in an expectation.
    private final class Box {
        var mailbox = Mailbox(now: MailboxTests.start)

        var due: NIODeadline { self.mailbox.due }
        func put(_ text: String) { self.mailbox.put(ByteBuffer(string: text)) }
        func attach(_ number: UInt64, at now: NIODeadline = MailboxTests.start) -> Mailbox.Attachment {
            self.mailbox.attach(number, now: now)
        }

        /// What is answered at this time; nil if nothing is.
        func answer(at now: NIODeadline = MailboxTests.start) -> String? {
            if case .answer(let text) = self.mailbox.step(now: now) { String(buffer: text) } else { nil }
        }

        func ends(at now: NIODeadline) -> Bool {
            if case .end = self.mailbox.step(now: now) { true } else { false }
        }
    }

    @Test func `a poll is answered as soon as there is something, with all of it`() {
        let box = Box()
        #expect(box.attach(0) == .waits)
        #expect(box.answer(at: Self.start + .seconds(1)) == nil)
        box.put("a")
        box.put("b")
        #expect(box.due <= Self.start + .seconds(1))
        #expect(box.answer(at: Self.start + .seconds(1)) == "ab")
        #expect(!box.mailbox.isAttached && box.mailbox.number == 1 && box.mailbox.waitingBytes == 0)
    }

    @Test func `a poll is answered with nothing after its time`() {
        let box = Box()
        _ = box.attach(0)
        #expect(box.due == Self.start + Mailbox.pollTime)
        #expect(box.answer(at: box.due) == "")
        #expect(box.mailbox.number == 1)
    }

    @Test func `answers keep a distance, so that a busy stream does not bring a storm of polls`() {
        let box = Box()
        _ = box.attach(0)
        box.put("a")
        #expect(box.answer() == "a")
        _ = box.attach(1)
        box.put("b")
        #expect(box.answer() == nil)
        #expect(box.due == Self.start + Mailbox.spacing)
        box.put("c")
        #expect(box.answer(at: box.due) == "bc")
    }

    @Test func `who does not poll again is gone`() {
        let box = Box()
        _ = box.attach(0)
        box.put("a")
        let answered = Self.start + .seconds(5)
        #expect(box.answer(at: answered) == "a")
        box.put("b")
        #expect(box.due == answered + Mailbox.absenceTime)
        #expect(!box.ends(at: box.due - .nanoseconds(1)))
        #expect(box.ends(at: box.due))
    }

    @Test func `an answer is given once`() {
        let box = Box()
        #expect(box.attach(1) == .outOfTurn)
        #expect(box.attach(0) == .waits)
        #expect(box.attach(0) == .replaces)
        box.put("a")
        #expect(box.answer() == "a")
        #expect(box.attach(0) == .outOfTurn)
        #expect(box.attach(1) == .waits)
    }

    @Test func `the end is told at once and nothing behind it`() {
        let box = Box()
        _ = box.attach(0)
        #expect(!box.mailbox.isDone)
        box.mailbox.finish(ByteBuffer(string: "end"))
        box.put("more")
        #expect(!box.mailbox.isDone)
        #expect(box.answer() == "end")
        #expect(box.mailbox.isDone)
    }

    @Test func `there is room up to the limit`() {
        let box = Box()
        box.put(String(repeating: "a", count: Mailbox.maxWaitingBytes - 1))
        #expect(box.mailbox.hasRoom)
        box.put("a")
        #expect(!box.mailbox.hasRoom)
        _ = box.attach(0)
        #expect(box.answer()?.utf8.count == Mailbox.maxWaitingBytes)
        #expect(box.mailbox.hasRoom)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `polls at random get everything once and in order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let box = Box()
        var now = Self.start
        var (put, got) = ("", "")
        for step in 0..<2000 {
            now = now + .milliseconds(Int64.random(in: 0...40, using: &random))
            if Bool.random(using: &random) {
                let text = "\(step) "
                put += text
                box.put(text)
            } else if !box.mailbox.isAttached {
                #expect(box.attach(box.mailbox.number, at: now) == .waits)
            }
            got += box.answer(at: now) ?? ""
        }
        if !box.mailbox.isAttached { _ = box.attach(box.mailbox.number, at: now) }
        got += box.answer(at: now + .seconds(1)) ?? ""
        #expect(got == put && !put.isEmpty)
    }
}
