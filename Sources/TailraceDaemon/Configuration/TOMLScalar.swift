/// Numbers, booleans and dates of TOML, judged by their form (toml.io/en/v1.0.0).
enum TOMLScalar {
    static func trimmed(_ text: String) -> String {
        guard let last = text.utf8.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return "" }
        return String(text[...last])
    }

    static func isValid(_ text: String) -> Bool {
        if text == "true" || text == "false" { return true }
        var rest = text.utf8[...]
        if Self.skipDate(&rest) { return rest.isEmpty }
        return Self.isNumber(text)
    }

    private static func isNumber(_ text: String) -> Bool {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            var rest = text.utf8.dropFirst(2)
            return Self.skipDigits(&rest, radix: radix) && rest.isEmpty
        }
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
        guard Self.skipDigits(&rest, radix: 10) else { return false }
        if Self.skip(&rest, ".") {
            guard Self.skipDigits(&rest, radix: 10) else { return false }
        }
        if Self.skip(&rest, "e") || Self.skip(&rest, "E") {
            _ = Self.skip(&rest, "+") || Self.skip(&rest, "-")
            guard Self.skipDigits(&rest, radix: 10) else { return false }
        }
        return rest.isEmpty
    }

    /// Digits with single underscores between them.
    private static func skipDigits(_ rest: inout Substring.UTF8View, radix: Int) -> Bool {
        repeat {
            let digits = rest.prefix { Character(UnicodeScalar($0)).hexDigitValue ?? 16 < radix }
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
        } while Self.skip(&rest, "_")
        return true
    }

    /// A date with or without time and zone, or a time alone; nothing is skipped if there is neither.
    private static func skipDate(_ rest: inout Substring.UTF8View) -> Bool {
        guard Self.skip(&rest, shape: "dddd-dd-dd") else { return Self.skipTime(&rest) }
        var time = rest
        guard Self.skip(&time, "T") || Self.skip(&time, "t") || Self.skip(&time, " ") else { return true }
        guard Self.skipTime(&time) else { return true }
        _ =
            Self.skip(&time, "Z") || Self.skip(&time, "z") || Self.skip(&time, shape: "+dd:dd")
            || Self.skip(&time, shape: "-dd:dd")
        rest = time
        return true
    }

    private static func skipTime(_ rest: inout Substring.UTF8View) -> Bool {
        guard Self.skip(&rest, shape: "dd:dd:dd") else { return false }
        var fraction = rest
        if Self.skip(&fraction, "."), fraction.first.map({ (0x30...0x39).contains($0) }) ?? false {
            rest = fraction.drop { (0x30...0x39).contains($0) }
        }
        return true
    }

    private static func skip(_ rest: inout Substring.UTF8View, _ character: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, UInt32(byte) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Skips a text of this shape, where `d` is a digit and all else itself.
    private static func skip(_ rest: inout Substring.UTF8View, shape: String) -> Bool {
        let bytes = rest.prefix(shape.utf8.count)
        guard bytes.count == shape.utf8.count else { return false }
        let fits = zip(bytes, shape.utf8).allSatisfy { byte, expected in
            expected == UInt8(ascii: "d") ? (0x30...0x39).contains(byte) : byte == expected
        }
        if fits { rest = rest.dropFirst(bytes.count) }
        return fits
    }
}
