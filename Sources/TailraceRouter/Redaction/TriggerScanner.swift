import CVectorscan
import TailraceEvent

/// What a piece of text may hold, going by cheap signs.
struct TriggerHits: Sendable {
    /// A bit for each rule.
    var rules: UInt64 = 0
    /// Text that reads otherwise when decoded.
    var hasEscapes = false
    var hasBase64 = false
    /// Words that stand for fields, as in logfmt.
    var hasBareWords = false
    /// The event's line was cut.
    var isCut = false

    /// A rule may find something although its own signs do not show.
    var mayHide: Bool { self.hasEscapes || self.hasBase64 || self.hasBareWords || self.isCut }
}

/// The signs of all rules and encodings as one automaton (vectorscan), so that text without any costs one pass.
final class TriggerDatabase: Sendable {
    fileprivate enum Meaning: Sendable { case rule(Int), escapes, words, cut }

    /// Rules whose signs cannot be told this way: they run on everything.
    let unfiltered: UInt64
    fileprivate let meanings: [Meaning]
    // Sound to share: vectorscan never writes to a compiled database. Only `deinit` frees it.
    fileprivate nonisolated(unsafe) let database: OpaquePointer?

    init(rules: [RedactionRule]) {
        var unfiltered: UInt64 = 0
        var entries = Self.forms
        for (number, rule) in rules.enumerated() {
            let triggers = rule.triggers
            if triggers.isEmpty { unfiltered |= 1 << UInt64(number) }
            entries += triggers.map { Entry(text: $0.text, flags: $0.isUTF8 ? HS_FLAG_UTF8 : 0, .rule(number)) }
        }
        var database = Self.compile(entries)
        while case .refused(let index) = database {
            guard entries.indices.contains(index) else {
                entries = []
                break
            }
            if case .rule(let number) = entries[index].meaning { unfiltered |= 1 << UInt64(number) }
            entries.remove(at: index)
            database = Self.compile(entries)
        }
        self.meanings = entries.map(\.meaning)
        if case .made(let made) = database { self.database = made } else { self.database = nil }
        self.unfiltered = self.database == nil ? .max : unfiltered
    }

    deinit { if let database = self.database { hs_free_database(database) } }

    private struct Entry {
        var text: String
        var flags: Int32
        var meaning: Meaning

        init(text: String, flags: Int32 = 0, _ meaning: Meaning) {
            self.text = text
            self.flags = flags
            self.meaning = meaning
        }
    }

    private static let forms: [Entry] = [
        Entry(text: #"\\[ux/\\"'trnbf]"#, .escapes),
        Entry(text: "%[0-9A-Fa-f]{2}", .escapes),
        Entry(text: "&#|&amp;", .escapes),
        // Control characters, and what `TextView` calls invisible, in UTF-8.
        Entry(text: #"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"#, .escapes),
        Entry(text: #"\xc2[\x80-\x9f\xad]|\xcd\x8f|\xd8\x9c|\xe1\x85[\x9f\xa0]|\xe1\x9e[\xb4\xb5]"#, .escapes),
        Entry(text: #"\xe1\xa0[\x8b-\x8f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xe3\x85\xa4"#, .escapes),
        Entry(text: #"\xef\xb8[\x80-\x8f]|\xef\xbb\xbf|\xef\xbe\xa0|\xef\xbf[\xb9-\xbd]|\xf3\xa0"#, .escapes),
        // Wide forms of ASCII.
        Entry(text: #"\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]"#, .escapes),
        // Two words that stand for fields, one behind the other; a single one is a truth value of JSON.
        Entry(text: #"":true,"[^"]{1,256}":(?:true|"=)"#, .words),
        Entry(text: #"(?i)"(?:bearer|basic)",""#, .words),
        Entry(text: #""truncated_bytes":"#, .cut),
    ]

    private enum Outcome { case made(OpaquePointer), refused(Int) }

    private static func compile(_ entries: [Entry]) -> Outcome {
        let texts = entries.map { Array($0.text.utf8CString) }
        let flags = entries.map { UInt32($0.flags) }
        let numbers = entries.indices.map { UInt32($0) }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let status = Self.withPointers(to: texts) { pointers in
            hs_compile_multi(
                pointers, flags, numbers, UInt32(entries.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        }
        defer { hs_free_compile_error(failure) }
        if status == HS_SUCCESS, let database { return .made(database) }
        return .refused(failure.map { Int($0.pointee.expression) } ?? -1)
    }

    private static func withPointers(
        to texts: [[CChar]], _ body: ([UnsafePointer<CChar>?]) -> hs_error_t
    ) -> hs_error_t {
        let all = texts.flatMap { $0 }
        return all.withUnsafeBufferPointer { characters in
            var place = 0
            let pointers = texts.map { text in
                defer { place += text.count }
                return characters.baseAddress.map { $0 + place }
            }
            return body(pointers)
        }
    }
}

/// Runs a `TriggerDatabase`; one per thread.
final class TriggerScanner {
    private let triggers: TriggerDatabase
    private var scratch: OpaquePointer?

    init(_ triggers: TriggerDatabase) {
        self.triggers = triggers
        if let database = triggers.database {
            let status = hs_alloc_scratch(database, &self.scratch)
            // Nothing but running out of memory can fail here, where Swift's own allocations trap as well.
            precondition(status == HS_SUCCESS, "no memory for regex scratch")
        }
    }

    deinit { if let scratch = self.scratch { hs_free_scratch(scratch) } }

    func hits(in text: [UInt8]) -> TriggerHits {
        var hits = [TriggerHits()]
        self.scan(text, ends: [text.count], into: &hits)
        return hits[0]
    }

    /// What each of the texts that lie one behind the other in `bytes`, up to `ends`, may hold. Signs that reach over
    /// an end count for the later text.
    func scan(_ bytes: [UInt8], ends: [Int], into hits: inout [TriggerHits]) {
        guard let database = self.triggers.database else { return Self.expectAll(&hits) }
        guard let length = UInt32(exactly: bytes.count) else { return Self.expectAll(&hits) }
        guard length > 0 else { return }
        let status = bytes.withUnsafeBytes { text in
            ends.withUnsafeBufferPointer { ends in
                hits.withUnsafeMutableBufferPointer { hits in
                    self.triggers.meanings.withUnsafeBufferPointer { meanings in
                        var progress = ScanProgress(ends: ends, hits: hits, meanings: meanings)
                        return withUnsafeMutablePointer(to: &progress) { progress in
                            hs_scan(
                                database, text.baseAddress?.assumingMemoryBound(to: CChar.self), length, 0,
                                self.scratch, reportHit, progress)
                        }
                    }
                }
            }
        }
        if status != HS_SUCCESS { Self.expectAll(&hits) }
        Self.findBase64(bytes, ends: ends, into: &hits)
    }

    private static func findBase64(_ bytes: [UInt8], ends: [Int], into hits: inout [TriggerHits]) {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for (index, end) in ends.enumerated() {
                if Base64Sign.occurs(in: start..<end, of: bytes) { hits[index].hasBase64 = true }
                start = end
            }
        }
    }

    /// Without an answer everything is looked at.
    private static func expectAll(_ hits: inout [TriggerHits]) {
        for index in hits.indices {
            hits[index] = TriggerHits(
                rules: .max, hasEscapes: true, hasBase64: true, hasBareWords: true, isCut: true)
        }
    }
}

/// Where a scan is: which of the texts its last hit was in.
private struct ScanProgress {
    let ends: UnsafeBufferPointer<Int>
    let hits: UnsafeMutableBufferPointer<TriggerHits>
    let meanings: UnsafeBufferPointer<TriggerDatabase.Meaning>
    var index = 0

    mutating func report(_ number: Int, end: Int) {
        while self.index > 0, end <= self.ends[self.index - 1] { self.index -= 1 }
        while self.index + 1 < self.ends.count, end > self.ends[self.index] { self.index += 1 }
        guard self.index < self.hits.count, number < self.meanings.count else { return }
        switch self.meanings[number] {
        case .rule(let rule): self.hits[self.index].rules |= 1 << UInt64(rule)
        case .escapes: self.hits[self.index].hasEscapes = true
        case .words: self.hits[self.index].hasBareWords = true
        case .cut: self.hits[self.index].isCut = true
        }
    }
}

/// Called by vectorscan for each hit.
private func reportHit(
    _ number: UInt32, _ start: UInt64, _ end: UInt64, _ flags: UInt32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    context?.assumingMemoryBound(to: ScanProgress.self).pointee.report(Int(number), end: Int(end))
    return 0
}
