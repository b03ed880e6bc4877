import Glibc

/// The reader's side of the socket to the relay: frames go out, and its end says that the relay is gone.
struct JournalOutput {
    /// Standard input and output are the same socket.
    private let descriptor: Int32 = STDOUT_FILENO
    /// False once the relay has closed its side or died.
    private(set) var isOpen = true
    private var lastSent = ContinuousClock.now
    private var lastState: (JournalState, String)?
    private var isBehind = false

    /// Blocks while the relay does not read: that is how a slow log slows the reading.
    mutating func send(_ frames: [UInt8]) {
        var sent = 0
        while self.isOpen, sent < frames.count {
            let count = frames.withUnsafeBytes { write(self.descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                self.isOpen = false
            }
        }
        self.lastSent = .now
    }

    /// Tells the relay how the journal stands, if that is new.
    mutating func state(_ state: JournalState, _ reason: String = "") {
        if let last = self.lastState, last == (state, reason) { return }
        self.lastState = (state, reason)
        var frame: [UInt8] = []
        let start = frame.beginFrame(.state)
        frame.append(state.rawValue)
        frame.appendFrameText(reason)
        frame.endFrame(start)
        self.send(frame)
    }

    /// Tells the relay whether there is more to read than fits into a batch, if that is new.
    mutating func behind(_ isBehind: Bool) {
        guard isBehind != self.isBehind else { return }
        self.isBehind = isBehind
        var frame: [UInt8] = []
        let start = frame.beginFrame(.behind)
        frame.append(isBehind ? 1 : 0)
        frame.endFrame(start)
        self.send(frame)
    }

    mutating func failed(_ reason: String) {
        var frame: [UInt8] = []
        let start = frame.beginFrame(.failed)
        frame.appendFrameText(reason)
        frame.endFrame(start)
        self.send(frame)
    }

    /// Shows that the reader lives, if nothing else did lately, and looks whether the relay does.
    mutating func pulse() {
        if ContinuousClock.now - self.lastSent >= .seconds(JournalWire.beatSeconds) {
            var frame: [UInt8] = []
            frame.endFrame(frame.beginFrame(.beat))
            self.send(frame)
        }
        self.wait(milliseconds: 0)
    }

    /// Waits for the journal's descriptor, if one is given, the relay's end, or the time to be over.
    mutating func wait(for journal: (descriptor: Int32, events: Int16)? = nil, milliseconds: Int32) {
        var entries = [pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)]
        if let journal { entries.append(pollfd(fd: journal.descriptor, events: journal.events, revents: 0)) }
        let limit = Int32(JournalWire.beatSeconds * 1000)
        guard poll(&entries, nfds_t(entries.count), min(milliseconds, limit)) > 0 else { return }
        // The relay never writes: anything here is its end.
        if entries[0].revents != 0 { self.isOpen = false }
    }
}
