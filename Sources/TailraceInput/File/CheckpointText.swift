import TailraceEvent

/// The JSON subset that checkpoints are written in: one flat object of strings, whole numbers, booleans and lists of
/// numbers.
///
/// Strings are byte strings: a byte that is not part of UTF-8 text is written as the lone surrogate `\udcXX`, so that
/// any file name comes back exactly. Reading accepts only this subset and never traps.
enum CheckpointText {
    enum Value: Sendable, Hashable {
        case text([UInt8])
        case number(negative: Bool, magnitude: UInt64)
        case numbers([UInt64])
        case bool(Bool)

        var bytes: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }

        var unsigned: UInt64? {
            if case .number(false, let magnitude) = self { magnitude } else { nil }
        }

        var signed: Int64? {
            guard case .number(let negative, let magnitude) = self else { return nil }
            return negative ? Int64(exactly: magnitude).map { -$0 } : Int64(exactly: magnitude)
        }
    }

    /// Appends a quoted string.
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        if String(validating: bytes, as: UTF8.self) != nil {
            JSONText.append(bytes.span, to: &text)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte < 0x80 {
                JSONText.appendEscaped([byte].span, to: &text)
            } else {
                text.append("\\udc")
                text.append(contentsOf: String(byte, radix: 16).utf8)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    static func members(of text: [UInt8]) -> [String: Value]? {
        var reader = Reader(text: text)
        guard text.count <= Self.maxBytes, reader.take("{") else { return nil }
        var members: [String: Value] = [:]
        if !reader.take("}") {
            repeat {
                guard let key = reader.takeString(), reader.take(":"), let value = reader.takeValue() else {
                    return nil
                }
                members[String(decoding: key, as: UTF8.self)] = value
            } while reader.take(",")
            guard reader.take("}") else { return nil }
        }
        return reader.isAtEnd ? members : nil
    }

    /// Two escaped paths of `PATH_MAX` and some numbers.
    static let maxBytes = 64 << 10

    private struct Reader {
        let text: [UInt8]
        var index = 0

        var isAtEnd: Bool { self.index == self.text.count }

        mutating func take(_ wanted: StaticString) -> Bool {
            let bytes = UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount)
            guard self.text[self.index...].starts(with: bytes) else { return false }
            self.index += bytes.count
            return true
        }

        mutating func takeValue() -> Value? {
            if self.take("true") { return .bool(true) }
            if self.take("false") { return .bool(false) }
            if self.take("[") { return self.takeNumbers() }
            if self.index < self.text.count, self.text[self.index] == UInt8(ascii: "\"") {
                return self.takeString().map { .text($0) }
            }
            let isNegative = self.take("-")
            return self.takeNumber().map { .number(negative: isNegative, magnitude: $0) }
        }

        private mutating func takeNumbers() -> Value? {
            var numbers: [UInt64] = []
            repeat {
                guard let number = self.takeNumber() else { return nil }
                numbers.append(number)
            } while self.take(",")
            return self.take("]") ? .numbers(numbers) : nil
        }

        private mutating func takeNumber() -> UInt64? {
            let digits = self.text[self.index...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            self.index = digits.endIndex
            return UInt64(String(decoding: digits, as: UTF8.self))
        }

        mutating func takeString() -> [UInt8]? {
            guard self.take("\"") else { return nil }
            var bytes: [UInt8] = []
            while self.index < self.text.count {
                let byte = self.text[self.index]
                self.index += 1
                switch byte {
                case UInt8(ascii: "\""): return bytes
                case UInt8(ascii: "\\"):
                    guard let escaped = self.takeEscape() else { return nil }
                    bytes.append(escaped)
                default: bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func takeEscape() -> UInt8? {
            if self.take("udc") || self.take("u00") {
                let digits = self.text[self.index...].prefix(2)
                self.index = digits.endIndex
                return digits.count == 2 ? UInt8(String(decoding: digits, as: UTF8.self), radix: 16) : nil
            }
            guard self.index < self.text.count else { return nil }
            let byte = self.text[self.index]
            self.index += 1
            switch byte {
            case UInt8(ascii: "n"): return 0x0a
            case UInt8(ascii: "r"): return 0x0d
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
            default: return nil
            }
        }
    }
}
