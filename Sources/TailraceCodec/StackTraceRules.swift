/// The languages whose stack traces are known.
enum StackTraceLanguage: String, Sendable, CaseIterable {
    case java, python, go, rust, ruby, node

    var bit: UInt8 { 1 << UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}

/// What is known of the lines that were joined so far.
struct StackTraceState: Sendable, Equatable {
    /// A logger wrote the first line, so a trace may follow it.
    var hasHead: Bool
    /// The languages whose trace it can be, one bit each; none before a trace has begun.
    var languages: UInt8 = 0
    /// Lines so far.
    var lines = 1
    /// How far each language's trace is; see there.
    var python: PythonTrace.Phase = .frames
    var rust: RustTrace.Phase = .frames
    var node: NodeTrace.Phase = .frames

    var isTrace: Bool { self.languages != 0 }

    init(hasHead: Bool) { self.hasHead = hasHead }
}

/// Joins the stack traces of some languages, to each other and to the line they were logged with.
///
/// Only lines that look like parts of a trace are joined; a line that begins with a time never is. What could be a
/// trace of several languages stays one of all until a line decides.
struct StackTraceRules: Sendable, Equatable {
    static let names = ["auto"] + StackTraceLanguage.allCases.map(\.rawValue)

    private let languages: [StackTraceLanguage]

    init?(named name: String) {
        if name == "auto" {
            self.languages = StackTraceLanguage.allCases
        } else {
            guard let language = StackTraceLanguage(rawValue: name) else { return nil }
            self.languages = [language]
        }
    }

    func state(from line: Span<UInt8>, hasHead: Bool) -> StackTraceState {
        var state = StackTraceState(hasHead: hasHead)
        _ = self.opens(line, &state)
        return state
    }

    /// Whether the line belongs to what came before it.
    func continues(_ line: Span<UInt8>, _ state: inout StackTraceState) -> Bool {
        guard line.count > 0 || state.isTrace else { return false }
        guard state.isTrace else {
            // The trace of a logged error follows its line directly.
            guard state.hasHead, state.lines == 1, self.opens(line, &state) else { return false }
            state.lines += 1
            return true
        }
        var still: UInt8 = 0
        for language in self.languages where state.languages & language.bit != 0 {
            if language.continues(line, &state) { still |= language.bit }
        }
        guard still != 0 else { return false }
        state.languages = still
        state.lines += 1
        return true
    }

    private func opens(_ line: Span<UInt8>, _ state: inout StackTraceState) -> Bool {
        guard line.count > 0 else { return false }
        for language in self.languages where language.opens(line, &state) { state.languages |= language.bit }
        return state.isTrace
    }
}

extension StackTraceLanguage {
    fileprivate func opens(_ line: Span<UInt8>, _ state: inout StackTraceState) -> Bool {
        switch self {
        case .java: JavaTrace.opens(line)
        case .python: PythonTrace.opens(line, &state.python)
        case .go: GoTrace.opens(line)
        case .rust: RustTrace.opens(line, &state.rust)
        case .ruby: RubyTrace.opens(line)
        case .node: NodeTrace.opens(line, &state.node)
        }
    }

    fileprivate func continues(_ line: Span<UInt8>, _ state: inout StackTraceState) -> Bool {
        switch self {
        case .java: JavaTrace.continues(line)
        case .python: PythonTrace.continues(line, &state.python)
        case .go: GoTrace.continues(line)
        case .rust: RustTrace.continues(line, &state.rust)
        case .ruby: RubyTrace.continues(line)
        case .node: NodeTrace.continues(line, &state.node)
        }
    }
}
