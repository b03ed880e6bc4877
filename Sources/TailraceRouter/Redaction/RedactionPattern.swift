internal import CVectorscan
internal import Glibc
internal import TailraceFilter
internal import TailraceRegex

/// A `pattern` of a `[[redact]]`, compiled and known to be able to match.
package struct RedactionPattern: Sendable {
    package struct Problem: Error, Sendable {
        package var message: String
        package var hint: String
    }

    /// The group that is replaced instead of the whole match, if the pattern has one of this name.
    package static let secretGroup = "secret"
    /// Beyond this a pattern is a list that should be several rules.
    package static let maxBytes = 1024

    let compiled: LinearPattern
    let group: Int?
    /// The pattern for vectorscan without what depends on the text around, so that it matches where the pattern may;
    /// nil if it cannot be said so.
    let trigger: String?

    package init(_ text: String) throws(Problem) {
        guard !text.isEmpty else { throw Problem(message: "it is empty", hint: "say what is to be replaced") }
        guard text.utf8.count <= Self.maxBytes else {
            throw Problem(message: "it is longer than \(Self.maxBytes) bytes", hint: "make several rules of it")
        }
        do { self.compiled = try LinearPattern(text) } catch {
            throw Problem(message: error.description, hint: "write it in the syntax of RE2, in single quotes")
        }
        self.group = self.compiled.group(named: Self.secretGroup)
        if let reason = Self.impossibility(of: text) { throw reason }
        let trigger = PatternWithoutAssertions(text).text
        self.trigger = trigger.flatMap { RegexBudget.weight(of: $0) <= Self.maxTriggerWeight ? $0 : nil }
    }

    /// Keeps compiling under about half a second; patterns beyond run on every text.
    private static let maxTriggerWeight = 4096

    /// Vectorscan knows of most patterns how long their matches are.
    private static func impossibility(of text: String) -> Problem? {
        let nothing = Problem(message: "it can match nothing but empty text", hint: "say what is to be replaced")
        var info: UnsafeMutablePointer<hs_expr_info_t>?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let flags = UInt32(HS_FLAG_UTF8 | HS_FLAG_ALLOWEMPTY)
        let status = hs_expression_info(text, flags, &info, &failure)
        defer {
            hs_free_compile_error(failure)
            info.map { free($0) }
        }
        if status == HS_SUCCESS { return info?.pointee.max_width == 0 ? nothing : nil }
        let message = failure.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? ""
        guard message.contains("never match") else { return nil }
        return Problem(message: "it can never match", hint: "look for anchors in its middle and for empty classes")
    }
}

/// A pattern in which `^ $ \b \B \A \z` are left out: it matches wherever the whole one does, and more.
struct PatternWithoutAssertions {
    /// Nil if the pattern is written in a way that cannot be taken apart here.
    private(set) var text: String?

    init(_ pattern: String) {
        var result = ""
        var rest = Substring(pattern)
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let escaped = rest.popFirst(), escaped != "Q", escaped != "C" else { return }
                if "bBAz".contains(escaped) { result += "(?:)" } else { result += "\\\(escaped)" }
            case "^", "$": result += "(?:)"
            case "[": result += "[" + Self.takeClass(from: &rest)
            case "(" where rest.hasPrefix("?P<") || rest.hasPrefix("?<"):
                guard let end = rest.firstIndex(of: ">") else { return }
                rest = rest[rest.index(after: end)...]
                result += "("
            default: result.append(character)
            }
        }
        self.text = result
    }

    /// Behind the opening bracket, up to and with the closing one.
    private static func takeClass(from rest: inout Substring) -> String {
        var text = ""
        if rest.first == "^" { text.append(rest.removeFirst()) }
        if rest.first == "]" { text.append(rest.removeFirst()) }
        while let character = rest.popFirst() {
            text.append(character)
            if character == "]" { break }
            if character == "\\", let escaped = rest.popFirst() { text.append(escaped) }
            if character == "[", rest.first == ":", let end = rest.firstRange(of: ":]") {
                text += rest[..<end.upperBound]
                rest = rest[end.upperBound...]
            }
        }
        return text
    }
}
