internal import NIOCore

/// What waits for a viewer's next poll, and when a poll is answered. Decides only; the time comes from outside.
///
/// Answers are numbered, so that a poll that a browser repeated by itself is told from the next one: what went out with
/// an answer that got lost is not here any more, and leaving it out silently would be a lie.
struct Mailbox {
    enum Step {
        case wait
        case answer(ByteBuffer)
        /// The viewer did not come back, or the relay stops and all is told.
        case end
    }

    enum Attachment: Equatable {
        case waits
        /// Another poll was waiting for the same answer, which it will not get.
        case replaces
        /// The answer with that number was sent already, or is not due yet.
        case outOfTurn
    }

    /// As many bytes as a connection holds for a slow reader. From here on the reader is behind and reads from the log
    /// when there is room again.
    static let maxWaitingBytes = 64 << 10
    /// A poll is answered with nothing after this time: below the patience of every common proxy.
    static let pollTime = TimeAmount.seconds(20)
    /// A viewer that has not polled for so long is gone.
    static let absenceTime = TimeAmount.seconds(30)
    /// Between two answers, so that a busy stream costs its viewer 20 requests per second and not a thousand.
    static let spacing = TimeAmount.milliseconds(50)

    private var text = ByteBuffer()
    private(set) var isAttached = false
    /// Nothing comes any more.
    private var isOver = false
    /// Since a poll waits or is awaited.
    private var since: NIODeadline
    private var nextAnswer: NIODeadline
    /// The number of the next answer; the one that opened the session had 0.
    private(set) var number: UInt64 = 0

    init(now: NIODeadline) {
        self.since = now
        self.nextAnswer = now
    }

    var waitingBytes: Int { self.text.readableBytes }
    var hasRoom: Bool { self.waitingBytes < Self.maxWaitingBytes }

    mutating func put(_ bytes: ByteBuffer) {
        guard !self.isOver else { return }
        self.text.writeImmutableBuffer(bytes)
    }

    mutating func finish(_ bytes: ByteBuffer) {
        self.put(bytes)
        self.isOver = true
    }

    mutating func attach(_ number: UInt64, now: NIODeadline) -> Attachment {
        guard number == self.number else { return .outOfTurn }
        defer {
            self.isAttached = true
            self.since = now
        }
        return self.isAttached ? .replaces : .waits
    }

    /// When there is something to do if nothing else happens.
    var due: NIODeadline {
        guard self.isAttached else { return self.since + Self.absenceTime }
        return self.waitingBytes > 0 || self.isOver ? self.nextAnswer : self.since + Self.pollTime
    }

    mutating func step(now: NIODeadline) -> Step {
        guard now >= self.due else { return .wait }
        guard self.isAttached else { return .end }
        self.isAttached = false
        self.since = now
        self.nextAnswer = now + Self.spacing
        self.number += 1
        defer { self.text = ByteBuffer() }
        return .answer(self.text)
    }

    /// Everything was told, and the relay has nothing more to say.
    var isDone: Bool { self.isOver && self.waitingBytes == 0 }
}
