/// `com.example.CartException: empty`, frames `\tat …`, `Caused by: …`, `\t... 12 more`.
enum JavaTrace {
    static func opens(_ line: Span<UInt8>) -> Bool {
        if line.begins("Exception in thread \"") || line.begins("Caused by: ") { return true }
        if line[0].isBlank { return line.indentedPart(begins: "at ") }
        return self.isThrowable(line)
    }

    static func continues(_ line: Span<UInt8>) -> Bool {
        line.isIndented || line.begins("Caused by: ") || line.begins("... ")
    }

    /// A qualified class name up to a colon or the end: `java.lang.Error`, `com.example.Cart$Full: text`.
    private static func isThrowable(_ line: Span<UInt8>) -> Bool {
        var index = 0
        var dots = 0
        var lastStart = 0
        while index < line.count, line[index].isNamePart || line[index] == UInt8(ascii: ".") {
            if line[index] == UInt8(ascii: ".") {
                guard index > lastStart else { return false }
                dots += 1
                lastStart = index + 1
            }
            index += 1
        }
        guard dots > 0, index > lastStart, line[lastStart].isUppercase else { return false }
        guard index < line.count else { return true }
        return line[index] == UInt8(ascii: ":") && (index + 1 == line.count || line[index + 1] == 0x20)
    }
}

/// `Traceback (most recent call last):`, indented frames, then the exception; chains of them with a sentence between.
enum PythonTrace {
    enum Phase: UInt8, Sendable { case frames, ended, chained }

    static func opens(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        phase = .frames
        if line[0].isBlank {
            return line.indentedPart(begins: "File \"") || line.indentedPart(begins: "+ Exception Group Traceback (")
        }
        return self.isTraceback(line)
    }

    static func continues(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        if line.isBlankThroughout {
            if phase == .frames { return false }
            phase = .chained
            return true
        }
        if line.isIndented { return phase != .chained }
        if self.isTraceback(line) {
            phase = .frames
            return true
        }
        switch phase {
        case .frames:
            phase = .ended
            return self.isException(line)
        case .ended: return false
        case .chained:
            return line.begins("During handling of the above exception, another exception occurred:")
                || line.begins("The above exception was the direct cause of the following exception:")
        }
    }

    private static func isTraceback(_ line: Span<UInt8>) -> Bool { line.begins("Traceback (most recent call last)") }

    /// `ValueError: text`, `pkg.errors.Timeout`, `KeyboardInterrupt`
    private static func isException(_ line: Span<UInt8>) -> Bool {
        let end = line.end(of: { $0.isNamePart || $0 == UInt8(ascii: ".") }, from: 0)
        return end > 0 && (end == line.count || line[end] == UInt8(ascii: ":"))
    }
}

/// `panic: …`, `goroutine 1 [running]:`, `main.main()`, `\t/src/main.go:12 +0x1d`, `created by …`, `exit status 2`.
enum GoTrace {
    static func opens(_ line: Span<UInt8>) -> Bool {
        line.begins("panic: ") || line.begins("fatal error: ") || line.begins("runtime: ")
            || line.begins("unexpected fault address ") || self.isGoroutine(line)
    }

    static func continues(_ line: Span<UInt8>) -> Bool {
        if line.isBlankThroughout || line.isIndented || self.opens(line) { return true }
        return line.begins("[signal ") || line.begins("created by ") || line.begins("exit status ")
            || line.begins("panic(") || line.begins("goroutine running on ") || line.begins("[originating from ")
            || self.isCall(line)
            || self.isRegister(line)
    }

    private static func isGoroutine(_ line: Span<UInt8>) -> Bool {
        line.begins("goroutine ") && line.count > 10 && line[10].isDigit && line[line.count - 1] == UInt8(ascii: ":")
    }

    /// `net/http.(*conn).serve(0xc000120000, {0x7a1f28, 0xc000})`: no space before the arguments.
    private static func isCall(_ line: Span<UInt8>) -> Bool {
        guard line[line.count - 1] == UInt8(ascii: ")") else { return false }
        let end = line.end(of: { $0 > 0x20 && $0 != UInt8(ascii: ":") }, from: 0)
        guard let open = line.index(of: UInt8(ascii: "("), from: 1) else { return false }
        return open < end && line[0] != UInt8(ascii: "(") && line.containsDot(before: open)
    }

    /// `rax    0x0`, `rip    0x463e21`
    private static func isRegister(_ line: Span<UInt8>) -> Bool {
        let name = line.end(of: \.isAlphanumeric, from: 0, limit: 7)
        let value = line.end(of: \.isBlank, from: name)
        return name >= 2 && value > name && line.equalsExactly("0x", at: value..<min(value + 2, line.count))
    }
}

/// `thread 'main' panicked at src/main.rs:2:5:`, its message, `stack backtrace:`, `note: …`; errors with `Caused by:`.
enum RustTrace {
    enum Phase: UInt8, Sendable {
        /// The next line is the message, whatever it is.
        case message
        case frames
        /// After `Error: …`, behind which an empty line and causes may come.
        case error
    }

    static func opens(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        if line.begins("Error: ") {
            phase = .error
            return true
        }
        guard line.begins("thread '"), line.contains(" panicked at ") else { return false }
        phase = line[line.count - 1] == UInt8(ascii: ":") ? .message : .frames
        return true
    }

    static func continues(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        if phase == .message {
            phase = .frames
            return true
        }
        if line.isBlankThroughout { return phase == .error }
        return line.isIndented || line.begins("stack backtrace:") || line.begins("Stack backtrace:")
            || line.begins("note: ") || line.begins("Caused by:")
    }
}

/// `app.rb:5:in 'run': text (RuntimeError)`, `\tfrom app.rb:9:in '<main>'`, and what Rails logs.
enum RubyTrace {
    static func opens(_ line: Span<UInt8>) -> Bool { self.isFrame(line) || self.isError(line) }

    static func continues(_ line: Span<UInt8>) -> Bool {
        line.isBlankThroughout || line.isIndented || self.isFrame(line) || line.begins("Caused by:")
    }

    /// `:5:in '` with either of the quotes that Ruby has used.
    private static func isFrame(_ line: Span<UInt8>) -> Bool {
        guard let place = line.place(of: ":in "), place > 1, line[place - 1].isDigit else { return false }
        return line.has(UInt8(ascii: "`"), at: place + 4) || line.has(UInt8(ascii: "'"), at: place + 4)
    }

    /// `ActionController::RoutingError (No route matches [GET] "/x"):`
    private static func isError(_ line: Span<UInt8>) -> Bool {
        guard line[0].isUppercase else { return false }
        let end = line.end(of: { $0.isNamePart || $0 == UInt8(ascii: ":") }, from: 0)
        guard line.has(0x20, at: end), line.has(UInt8(ascii: "("), at: end + 1) else { return false }
        return line.extracting(0..<end).contains("::") || line.extracting(0..<end).contains("Error")
    }
}

/// `TypeError: …` and `    at f (file.js:1:2)`; uncaught ones begin with the place, its line and a mark below it.
enum NodeTrace {
    enum Phase: UInt8, Sendable {
        /// The next line is the source's, whatever it is.
        case source
        /// The mark, an empty line and the error.
        case error
        case frames
    }

    static func opens(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        phase = .frames
        if line[0].isBlank { return line.indentedPart(begins: "at ") }
        if self.isError(line) { return true }
        guard self.isPlace(line) else { return false }
        phase = .source
        return true
    }

    static func continues(_ line: Span<UInt8>, _ phase: inout Phase) -> Bool {
        if phase == .source {
            phase = .error
            return true
        }
        if line.isBlankThroughout || line.isIndented { return true }
        if phase == .error, self.isError(line) || line[0] == UInt8(ascii: "^") {
            if line[0] != UInt8(ascii: "^") { phase = .frames }
            return true
        }
        return line[0] == UInt8(ascii: "}") || line.begins("Node.js v")
    }

    /// `Error: text`, `Uncaught TypeError [ERR_INVALID_ARG_TYPE]: text`, `RangeError`
    private static func isError(_ line: Span<UInt8>) -> Bool {
        let start = line.begins("Uncaught ") ? 9 : 0
        let end = line.end(of: \.isNamePart, from: start)
        guard end - start >= 5,
            line.equalsExactly("Error", at: end - 5..<end) || line.extracting(start..<end).contains("Exception")
        else { return false }
        return end == line.count || line[end] == UInt8(ascii: ":")
            || (line[end] == 0x20 && line.has(UInt8(ascii: "["), at: end + 1))
    }

    /// `/srv/app/index.js:10`, `node:internal/modules:1143`
    private static func isPlace(_ line: Span<UInt8>) -> Bool {
        guard line[0] == UInt8(ascii: "/") || line.begins("file://") || line.begins("node:"),
            line[line.count - 1].isDigit, line.index(of: 0x20, from: 0) == nil
        else { return false }
        var index = line.count - 1
        while index > 0, line[index].isDigit { index -= 1 }
        return line[index] == UInt8(ascii: ":")
    }
}
