/// Makes text from logs harmless for a terminal: only what we write ourselves may steer it.
///
/// Colour codes are left out; other controls are shown as their pictures, C1 controls and characters that change the
/// direction of what follows by their numbers. The same log must not be able to hide or forge a line.
package enum SafeText {
    /// What stands in place of a line's end in a text of several lines.
    package enum LineEnds: Sendable, Hashable {
        case picture
        /// A new line, and so many spaces.
        case indented(Int)
    }

    package static func append(_ text: some Collection<UInt8>, lineEnds: LineEnds, to line: inout [UInt8]) {
        if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            line.append(contentsOf: text)
            return
        }
        // Decoding repairs what is not UTF-8.
        var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\n": Self.append(lineEnds, to: &line)
            case "\r" where scalars.first == "\n": break
            case "\t": line.append(0x09)
            case "\u{1b}" where Self.skipColour(&scalars): break
            case "\u{00}"..."\u{1f}": Self.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{fffd}", to: &line)
            case "\u{7f}": Self.append("\u{2421}", to: &line)
            default:
                if Self.isUnsafe(scalar) {
                    line.append(contentsOf: Self.number(scalar).utf8)
                } else {
                    Self.append(scalar, to: &line)
                }
            }
        }
    }

    package static func text(_ text: String, lineEnds: LineEnds = .picture) -> String {
        var line: [UInt8] = []
        Self.append(text.utf8, lineEnds: lineEnds, to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    /// JSON text that a terminal may get: the same value, with what could steer it as escapes.
    package static func appendJSON(_ json: [UInt8], to line: inout [UInt8]) {
        if json.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            line.append(contentsOf: json)
            return
        }
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7f || Self.isUnsafe(scalar) {
                line.append(contentsOf: Self.number(scalar).utf8)
            } else {
                Self.append(scalar, to: &line)
            }
        }
    }

    /// C1 controls; marks, embeddings, overrides and isolates of direction (UAX #9); separators of lines; what is
    /// there and not seen.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9f, 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb: true
        case 0xe0000...0xe007f: true
        default: false
        }
    }

    /// `\u202e`; above U+FFFF as JSON writes it, in two halves.
    private static func number(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private static func append(_ lineEnds: LineEnds, to line: inout [UInt8]) {
        switch lineEnds {
        case .picture: Self.append("\u{240a}", to: &line)
        case .indented(let columns):
            line.append(0x0a)
            line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: columns))
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
        line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Behind an escape: takes `[1;31m` and the like, "select graphic rendition" (ECMA-48 §8.3.117).
    private static func skipColour(_ scalars: inout Substring.UnicodeScalarView) -> Bool {
        guard scalars.first == "[" else { return false }
        let parameters = scalars.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" || $0 == ":" }
        let rest = scalars[parameters.endIndex...]
        guard rest.first == "m" else { return false }
        scalars = rest.dropFirst()
        return true
    }
}
