/// What `tailrace query` does with what is found: prints it, newest last if asked so, and shows how far it is.
package final class QuerySink: HistorySink {
    private var printer: EventPrinter
    private var progress: ProgressLine?
    /// Set where the newest events were asked for, which come newest first.
    private var turned: [[UInt8]]?

    package init(printer: consuming EventPrinter, progress: ProgressLine?, turnsAround: Bool) {
        self.printer = printer
        self.progress = progress
        self.turned = turnsAround ? [] : nil
    }

    package func take(event line: [UInt8]) throws {
        self.progress?.found += 1
        if self.turned != nil {
            self.turned?.append(line)
        } else {
            self.progress?.clear()
            try self.printer.write(line)
        }
    }

    package func take(missing: MissingEvents) throws {
        self.progress?.clear()
        try self.printer.notice("gap: \(missing.words)", style: .gap)
    }

    package func searched(_ events: UInt64, of total: UInt64?) { self.progress?.show(searched: events, of: total) }

    package func settle() throws { if self.turned == nil { try self.printer.flush() } }

    package func finish() throws {
        self.progress?.clear()
        for line in (self.turned ?? []).reversed() { try self.printer.write(line) }
        self.turned = nil
        try self.printer.flush()
    }
}
