import CLinux
import CSystemd
import Glibc

/// libsystemd refused something; `code` is the positive errno.
struct JournalFault: Error, CustomStringConvertible {
    var operation: String
    var code: Int32

    var description: String { "\(self.operation): \(SystemRefusal.text(self.code))" }
}

/// An open journal, `sd_journal_open(3)`; closed when it goes. Only the reader process has one.
struct JournalHandle: ~Copyable {
    /// What `process` found.
    enum Change {
        case nothing
        case appended
        /// Files came or went.
        case files
    }

    private let journal: OpaquePointer
    /// Becomes readable when the journal changes.
    let descriptor: Int32
    /// For `poll(2)`.
    let events: Int16

    /// Fields are unpacked up to here; what is beyond counts as cut. Bounds the reader's memory for a huge packed
    /// field.
    private static let dataThreshold = 16 << 20

    /// Opens this machine's journal, its namespaces as `JournalReaderArguments` names them, or a directory of journal
    /// files.
    init(directory: String?, namespace: String?) throws(JournalFault) {
        var opened: OpaquePointer?
        let localOnly = Int32(SD_JOURNAL_LOCAL_ONLY)
        let result: Int32 =
            if let directory {
                sd_journal_open_directory(&opened, directory, 0)
            } else if namespace == "*" {
                sd_journal_open_namespace(&opened, nil, localOnly | Int32(SD_JOURNAL_ALL_NAMESPACES))
            } else if let namespace, namespace.hasPrefix("+") {
                sd_journal_open_namespace(
                    &opened, String(namespace.dropFirst()), localOnly | Int32(SD_JOURNAL_INCLUDE_DEFAULT_NAMESPACE))
            } else if let namespace {
                sd_journal_open_namespace(&opened, namespace, localOnly)
            } else {
                sd_journal_open(&opened, localOnly)
            }
        guard result >= 0, let opened else { throw JournalFault(operation: "cannot open the journal", code: -result) }
        sd_journal_set_data_threshold(opened, Self.dataThreshold)
        // Asked for before anything is read: it starts the watch, so that no change falls between.
        let descriptor = sd_journal_get_fd(opened)
        let events = sd_journal_get_events(opened)
        guard descriptor >= 0, events >= 0 else {
            sd_journal_close(opened)
            throw JournalFault(operation: "cannot watch the journal", code: -min(descriptor, events))
        }
        self.journal = opened
        self.descriptor = descriptor
        self.events = Int16(truncatingIfNeeded: events)
    }

    deinit { sd_journal_close(self.journal) }

    // MARK: Moving

    /// Moves to the next entry; false at the end.
    func next() throws(JournalFault) -> Bool { try self.check(sd_journal_next(self.journal), "cannot read on") > 0 }

    func previous() throws(JournalFault) -> Bool {
        try self.check(sd_journal_previous(self.journal), "cannot read back") > 0
    }

    func seek(cursor: String) throws(JournalFault) {
        try self.check(sd_journal_seek_cursor(self.journal, cursor), "cannot seek the cursor")
    }

    func seek(realtime: UInt64) throws(JournalFault) {
        try self.check(sd_journal_seek_realtime_usec(self.journal, realtime), "cannot seek a time")
    }

    /// To the first entry of a boot.
    func seek(boot: JournalID) throws(JournalFault) {
        var id = sd_id128_t()
        try self.check(sd_id128_from_string(boot.description, &id), "cannot name a boot")
        try self.check(sd_journal_seek_monotonic_usec(self.journal, id, 0), "cannot seek a boot")
    }

    /// Leaves all entries but those of one boot out, or none.
    func restrict(to boot: JournalID?) throws(JournalFault) {
        sd_journal_flush_matches(self.journal)
        guard let boot else { return }
        let match = "_BOOT_ID=\(boot)"
        try self.check(sd_journal_add_match(self.journal, match, match.utf8.count), "cannot look for a boot")
    }

    func seekHead() throws(JournalFault) { try self.check(sd_journal_seek_head(self.journal), "cannot seek the start") }

    func seekTail() throws(JournalFault) { try self.check(sd_journal_seek_tail(self.journal), "cannot seek the end") }

    // MARK: The current entry

    func cursor() throws(JournalFault) -> JournalCursor {
        var text: UnsafeMutablePointer<CChar>?
        try self.check(sd_journal_get_cursor(self.journal, &text), "cannot get the cursor")
        defer { free(text) }
        guard let text, let cursor = JournalCursor(UnsafeRawBufferPointer(start: text, count: strlen(text))) else {
            throw JournalFault(operation: "cannot understand the cursor", code: EBADMSG)
        }
        return cursor
    }

    /// Microseconds since 1970.
    func realtime() throws(JournalFault) -> UInt64 {
        var time: UInt64 = 0
        try self.check(sd_journal_get_realtime_usec(self.journal, &time), "cannot get the time of an entry")
        return time
    }

    /// Calls `body` with each `NAME=value` of the current entry; the bytes are good only until it returns.
    func forEachField(_ body: (UnsafeRawBufferPointer) -> Void) throws(JournalFault) {
        sd_journal_restart_data(self.journal)
        while true {
            var data: UnsafeRawPointer?
            var length = 0
            // Skips what this libsystemd cannot unpack, instead of failing for the whole entry.
            let result = sd_journal_enumerate_available_data(self.journal, &data, &length)
            guard try self.check(result, "cannot read an entry") > 0 else { return }
            body(UnsafeRawBufferPointer(start: data, count: length))
        }
    }

    // MARK: Following

    /// Takes in what the watch reported.
    func process() throws(JournalFault) -> Change {
        switch try self.check(sd_journal_process(self.journal), "cannot follow the journal") {
        case Int32(SD_JOURNAL_APPEND): .appended
        case Int32(SD_JOURNAL_INVALIDATE): .files
        default: .nothing
        }
    }

    /// Milliseconds after which `process` wants to be called even without a report; nil if never.
    func timeout() throws(JournalFault) -> Int32? {
        var deadline: UInt64 = 0
        guard try self.check(sd_journal_get_timeout(self.journal, &deadline), "cannot follow the journal") > 0,
            deadline != .max
        else { return nil }
        var clock = timespec()
        clock_gettime(CLOCK_MONOTONIC, &clock)
        let now = UInt64(clock.tv_sec) * 1_000_000 + UInt64(clock.tv_nsec) / 1000
        return deadline <= now ? 0 : Int32(clamping: (deadline - now) / 1000 + 1)
    }

    /// Whether any file of the journal is open.
    func hasFiles() -> Bool {
        var bytes: UInt64 = 0
        return sd_journal_get_usage(self.journal, &bytes) >= 0 && bytes > 0
    }

    @discardableResult
    private func check(_ result: Int32, _ operation: String) throws(JournalFault) -> Int32 {
        guard result >= 0 else { throw JournalFault(operation: operation, code: -result) }
        return result
    }
}
