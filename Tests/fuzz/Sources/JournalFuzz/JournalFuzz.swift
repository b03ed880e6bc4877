import TailraceCodec
import TailraceEvent
import TailraceJournal

/// What a journal reader might send: the first byte says whether entries are joined, the second how the rest is cut.
///
/// Pieces must make no difference, joining must neither lose nor add a line, and whatever comes, events are well made
/// and every entry is counted into what became of it, also when the reader is replaced.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJournal(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count > 2 else { return 0 }
    let joins = input[0] & 1 == 1
    let bytes = Array(input.dropFirst(2))
    let whole = Reading(bytes, joins: joins, pieceBytes: bytes.count)
    let parts = Reading(bytes, joins: joins, pieceBytes: 1 + Int(input[1]))
    guard parts.lines == whole.lines, parts.places == whole.places, parts.end == whole.end else {
        fatalError("\(parts) instead of \(whole)")
    }
    let single = Reading(bytes, joins: false, pieceBytes: bytes.count)
    if joins, whole.end == nil, single.end == nil {
        // In a batch without an end, lines may still wait for others.
        let isAll = whole.isDrained ? whole.lines.sorted() == single.lines.sorted() : whole.isPart(of: single)
        guard isAll else { fatalError("\(whole.lines) instead of \(single.lines)") }
    }
    return 0
}

private struct Reading: CustomStringConvertible {
    private(set) var lines: [String] = []
    private(set) var places: [String?] = []
    /// Why the reader would be replaced.
    private(set) var end: String?
    /// Nothing waits.
    private(set) var isDrained = true
    private var events = 0
    private var counts = LineCounts()

    init(_ bytes: [UInt8], joins: Bool, pieceBytes: Int) {
        var frames = JournalFrames(
            source: "system", host: "here", multiline: joins ? Multiline(named: "auto") : nil,
            machine: Array("0123456789abcdef0123456789abcdef".utf8))
        self.count(frames.restart(at: nil))
        var start = 0
        while start < bytes.count, self.end == nil {
            let end = min(bytes.count, start + pieceBytes)
            bytes[start..<end].withUnsafeBytes { frames.feed($0) }
            self.takeAll(&frames)
            start = end
        }
        if self.end == nil, let rest = frames.finishDue(at: .now + .seconds(3600)) { self.take(rest) }
        self.isDrained = !frames.holdsEvents
        self.count(frames.restart(at: nil))
        guard self.counts.waiting == 0 else { fatalError("\(self.counts) with nothing that could wait") }
    }

    func isPart(of other: Reading) -> Bool {
        var left = Dictionary(other.lines.map { ($0, 1) }, uniquingKeysWith: +)
        return self.lines.allSatisfy { line in
            left[line, default: 0] -= 1
            return left[line, default: 0] >= 0
        }
    }

    private mutating func takeAll(_ frames: inout JournalFrames) {
        while let step = frames.next() {
            switch step {
            case .batch(let submission): self.take(submission)
            case .state, .behind: break
            case .failed(let why):
                self.end = why
                return
            }
        }
    }

    private mutating func take(_ submission: JournalSubmission) {
        for index in 0..<submission.batch.count {
            let record = submission.batch.records[index]
            let message = Array(submission.batch.bytes[record.messageRange])
            guard let text = String(validating: message, as: UTF8.self) else { fatalError("\(message) is not UTF-8") }
            let fields = submission.batch.fields(at: index)
            guard JSONCheck.isMinifiedObject(fields) else { fatalError(fields) }
            self.lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        }
        self.places.append(submission.place)
        self.events += submission.batch.count
        self.count(submission.counts)
    }

    /// What came so far adds up.
    private mutating func count(_ counts: LineCounts) {
        self.counts.add(counts)
        let (all, dropped) = (self.counts, self.counts.dropped.values.reduce(0, +))
        guard all.waiting >= 0, all.lines + all.told == self.events + all.joined + all.waiting + dropped else {
            fatalError("\(all) for \(self.events) events")
        }
    }

    var description: String { "\(self.lines) at \(self.places), \(self.end ?? "fine")" }
}
