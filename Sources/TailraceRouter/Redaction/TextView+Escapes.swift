import TailraceEvent

/// Escapes of JSON, URLs and HTML, and what is there but not to be seen.
extension TextView {
    /// What one escape or character stands for.
    private enum Unit {
        case byte(UInt8)
        case scalar(Unicode.Scalar)
        /// As it is.
        case plain
        case nothing
    }

    /// The inside of a JSON string, read; each character is a unit.
    static func ofJSONString(_ text: Span<UInt8>) -> TextView {
        guard text.endOfPlainText(from: 0) < text.count else { return TextView(text) }
        let source = TextView(text)
        var view = TextView(depth: 0, capacity: text.count)
        var index = 0
        while index < source.count {
            let (unit, end) =
                source.bytes[index] == UInt8(ascii: "\\") ? source.backslash(at: index) : (.plain, index + 1)
            view.append(unit, from: index..<end, of: source)
            index = end
        }
        return view
    }

    /// One layer of escapes and all that is invisible taken away, whichever they are; nil if there is none.
    func unescaped() -> TextView? {
        var view = TextView(depth: self.depth + 1, capacity: self.count)
        var isChanged = false
        var index = 0
        while index < self.count {
            let (unit, end) = self.unit(at: index)
            if case .plain = unit {} else { isChanged = true }
            view.append(unit, from: index..<end, of: self)
            index = end
        }
        return isChanged ? view : nil
    }

    private mutating func append(_ unit: Unit, from range: Range<Int>, of parent: TextView) {
        switch unit {
        case .plain:
            for index in range { self.append(parent.bytes[index], from: parent.source(of: index..<index + 1)) }
        case .byte(let byte): self.append(byte, from: parent.source(of: range))
        case .scalar(let scalar): self.append(scalar, from: parent.source(of: range))
        case .nothing: break
        }
    }

    /// What stands at `index`, and where the next thing begins.
    private func unit(at index: Int) -> (Unit, Int) {
        let byte = self.bytes[index]
        switch byte {
        case UInt8(ascii: "\\"): return self.backslash(at: index)
        case UInt8(ascii: "%"):
            guard let value = self.hexDigits(index + 1..<index + 3) else { return (.plain, index + 1) }
            return (.byte(UInt8(truncatingIfNeeded: value)), index + 3)
        case UInt8(ascii: "&"): return self.characterReference(at: index)
        case 0x1B: return (.nothing, self.endOfTerminalSequence(at: index))
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: return (.plain, index + 1)
        case 0x00...0x7F: return (.nothing, index + 1)
        default: return self.character(at: index)
        }
    }

    private func backslash(at index: Int) -> (Unit, Int) {
        guard index + 1 < self.count else { return (.plain, index + 1) }
        switch self.bytes[index + 1] {
        case UInt8(ascii: "n"): return (.byte(0x0A), index + 2)
        case UInt8(ascii: "r"): return (.byte(0x0D), index + 2)
        case UInt8(ascii: "t"): return (.byte(0x09), index + 2)
        case UInt8(ascii: "b"), UInt8(ascii: "f"): return (.byte(0x20), index + 2)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return (.byte(self.bytes[index + 1]), index + 2)
        case UInt8(ascii: "x"):
            guard let value = self.hexDigits(index + 2..<index + 4) else { return (.plain, index + 1) }
            return (.byte(UInt8(truncatingIfNeeded: value)), index + 4)
        case UInt8(ascii: "u"): return self.unicodeEscape(at: index)
        default: return (.plain, index + 1)
        }
    }

    /// `\u0040`, or a pair of them for a character beyond U+FFFF.
    private func unicodeEscape(at index: Int) -> (Unit, Int) {
        guard let first = self.hexDigits(index + 2..<index + 6) else { return (.plain, index + 1) }
        if let scalar = Unicode.Scalar(first) { return (.scalar(scalar), index + 6) }
        guard first < 0xDC00, index + 8 <= self.count, self.bytes[index + 6] == UInt8(ascii: "\\"),
            self.bytes[index + 7] == UInt8(ascii: "u"), let second = self.hexDigits(index + 8..<index + 12),
            (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return (.scalar("\u{FFFD}"), index + 6) }
        return (.scalar(scalar), index + 12)
    }

    /// `&#64;`, `&#x40;`, `&amp;`
    private func characterReference(at index: Int) -> (Unit, Int) {
        let limit = min(self.count, index + Self.maxReferenceBytes)
        guard let end = self.bytes[index..<limit].firstIndex(of: UInt8(ascii: ";")) else { return (.plain, index + 1) }
        let name = self.bytes[(index + 1)..<end]
        if name.elementsEqual("amp".utf8) { return (.byte(UInt8(ascii: "&")), end + 1) }
        guard name.first == UInt8(ascii: "#") else { return (.plain, index + 1) }
        let digits = String(decoding: name.dropFirst(), as: UTF8.self).lowercased()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let scalar = number.flatMap(Unicode.Scalar.init) else { return (.plain, index + 1) }
        return (.scalar(scalar), end + 1)
    }

    /// `&#x10ffff;`
    private static let maxReferenceBytes = 10

    private func hexDigits(_ range: Range<Int>) -> UInt32? {
        guard range.upperBound <= self.count else { return nil }
        var value: UInt32 = 0
        for byte in self.bytes[range] {
            guard byte.isHexDigit else { return nil }
            value = value << 4 | UInt32(byte.isDigit ? byte & 15 : (byte & 15) + 9)
        }
        return value
    }

    /// ECMA-48 §5.4: `ESC [`, parameters, a final byte. Other sequences lose their ESC.
    private func endOfTerminalSequence(at index: Int) -> Int {
        guard index + 1 < self.count, self.bytes[index + 1] == UInt8(ascii: "[") else { return index + 1 }
        var end = index + 2
        while end < self.count, (0x20...0x3F).contains(self.bytes[end]) { end += 1 }
        return end < self.count && (0x40...0x7E).contains(self.bytes[end]) ? end + 1 : index + 1
    }

    /// A character beyond ASCII: dropped where it cannot be seen or is no UTF-8, ASCII where it is its wide form.
    private func character(at index: Int) -> (Unit, Int) {
        let lead = self.bytes[index]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        let end = index + length
        guard lead >= 0xC2, lead <= 0xF4, end <= self.count,
            self.bytes[(index + 1)..<end].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return (.nothing, index + 1) }
        let value = self.bytes[(index + 1)..<end].reduce(UInt32(lead) & (0x7F >> UInt32(length))) {
            $0 << 6 | UInt32($1 & 0x3F)
        }
        switch value {
        case 0xFF01...0xFF5E: return (.byte(UInt8(truncatingIfNeeded: value - 0xFF01 + 0x21)), end)
        case let value where Self.isInvisible(value): return (.nothing, end)
        default: return (.plain, end)
        }
    }

    /// Soft hyphens, joiners, marks of direction, variation selectors, and U+FFFD, which stands for broken bytes.
    private static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x80...0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F,
            0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFD,
            0xE0000...0xE0FFF: true
        default: false
        }
    }
}
