internal import CRE2

/// A regular expression of the configuration: it says where its groups match, in time linear in the text (RE2).
///
/// Viewers' patterns only need a yes or no and are matched all at once by the filter's own engine; this one is for what
/// must know places: captures, redaction, formats.
package final class LinearPattern: Sendable {
    /// What a compiled pattern and its automata may take; larger ones are refused.
    package static let maxMemoryBytes: Int64 = 8 << 20

    package struct CompileError: Error, CustomStringConvertible {
        package var description: String
    }

    package let text: String
    /// Groups without the whole match.
    package let groupCount: Int
    // Sound to share: RE2 guards what it changes while searching by its own lock. Only `deinit` frees it.
    private nonisolated(unsafe) let compiled: OpaquePointer

    /// - Parameter text: RE2 syntax; named groups may be written `(?<name>…)` as well as `(?P<name>…)`.
    package init(_ text: String, ignoresCase: Bool = false) throws(CompileError) {
        self.text = text
        var message = [CChar](repeating: 0, count: 256)
        let spelled = Self.withPythonGroups(text)
        let compiled = spelled.withUTF8Characters { bytes in
            cre2_compile(bytes.baseAddress, bytes.count, ignoresCase, Self.maxMemoryBytes, &message, message.count)
        }
        guard let compiled else {
            throw CompileError(description: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
        }
        self.compiled = compiled
        self.groupCount = Int(cre2_group_count(compiled))
    }

    deinit { cre2_free(self.compiled) }

    /// The number of a named group; nil if the pattern has none of that name.
    package func group(named name: String) -> Int? {
        let number = name.withUTF8Characters { cre2_group_number(self.compiled, $0.baseAddress, $0.count) }
        return number > 0 ? Int(number) : nil
    }

    /// The named groups, by number.
    package var groupNames: [(number: Int, name: String)] {
        guard self.groupCount > 0 else { return [] }
        return (1...self.groupCount).compactMap { number in
            guard let name = cre2_group_name(self.compiled, Int32(number)) else { return nil }
            return (number, String(cString: name))
        }
    }

    /// Whether it matches anywhere, which is found faster than where.
    package func matches(_ bytes: borrowing RawSpan) -> Bool {
        bytes.withUnsafeBytes { text in
            cre2_search(
                self.compiled, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, 0, nil, 0)
        }
    }

    /// The leftmost match at or after `start`: the whole first, then each group, nil for groups that took no part.
    package func search(_ bytes: borrowing RawSpan, from start: Int = 0) -> [Range<Int>?]? {
        let count = self.groupCount + 1
        return withUnsafeTemporaryAllocation(of: cre2_span.self, capacity: count) { spans in
            let isFound = bytes.withUnsafeBytes { text in
                cre2_search(
                    self.compiled, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, start,
                    spans.baseAddress, Int32(count))
            }
            return isFound ? (0..<count).map { spans[$0].start < 0 ? nil : spans[$0].start..<spans[$0].end } : nil
        }
    }

    /// `(?<name>` as RE2 before 2023 wants it, `(?P<name>`; escapes and classes are left alone.
    private static func withPythonGroups(_ text: String) -> String {
        var spelled: [UInt8] = []
        var isEscaped = false
        var isInClass = false
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            spelled.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if isInClass {
                isInClass = byte != UInt8(ascii: "]") || bytes[index - 1] == UInt8(ascii: "[")
            } else if byte == UInt8(ascii: "[") {
                isInClass = true
            } else if byte == UInt8(ascii: "?"), index > 0, bytes[index - 1] == UInt8(ascii: "("),
                index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "<"),
                bytes[index + 2] != UInt8(ascii: "="), bytes[index + 2] != UInt8(ascii: "!")
            {
                spelled.append(UInt8(ascii: "P"))
            }
        }
        return String(decoding: spelled, as: UTF8.self)
    }
}

extension String {
    fileprivate func withUTF8Characters<Result>(_ body: (UnsafeBufferPointer<CChar>) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { bytes in bytes.withMemoryRebound(to: CChar.self, body) }
    }
}
