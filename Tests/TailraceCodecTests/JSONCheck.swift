/// A second, plain reading of RFC 8259 to hold the codec's output against: recursive, one byte at a time.
struct JSONCheck {
    private let bytes: [UInt8]
    private var index = 0

    /// Whether `text` is one JSON object without white space between tokens and with whole characters.
    static func isMinifiedObject(_ text: String) -> Bool {
        var check = JSONCheck(bytes: Array(text.utf8))
        return check.peek == UInt8(ascii: "{") && check.value() && check.index == check.bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var peek: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard self.bytes[self.index...].starts(with: text.utf8) else { return false }
        self.index += text.utf8.count
        return true
    }

    private mutating func value() -> Bool {
        switch self.peek {
        case UInt8(ascii: "{"): return self.list("{", "}") { $0.string() && $0.take(":") && $0.value() }
        case UInt8(ascii: "["): return self.list("[", "]") { $0.value() }
        case UInt8(ascii: "\""): return self.string()
        case UInt8(ascii: "t"): return self.take("true")
        case UInt8(ascii: "f"): return self.take("false")
        case UInt8(ascii: "n"): return self.take("null")
        default: return self.number()
        }
    }

    private mutating func list(_ open: String, _ close: String, _ item: (inout JSONCheck) -> Bool) -> Bool {
        guard self.take(open) else { return false }
        if self.take(close) { return true }
        repeat {
            guard item(&self) else { return false }
        } while self.take(",")
        return self.take(close)
    }

    private mutating func string() -> Bool {
        guard self.take("\"") else { return false }
        while let byte = self.peek {
            self.index += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"):
                guard let escape = self.peek else { return false }
                self.index += 1
                if escape == UInt8(ascii: "u") {
                    for _ in 0..<4 {
                        guard let digit = self.peek, Character(Unicode.Scalar(digit)).isHexDigit else { return false }
                        self.index += 1
                    }
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            default: break
            }
        }
        return false
    }

    private mutating func digits() -> Int {
        let start = self.index
        while let byte = self.peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { self.index += 1 }
        return self.index - start
    }

    private mutating func number() -> Bool {
        _ = self.take("-")
        if self.take("0") {
            if self.digits() > 0 { return false }
        } else if self.digits() == 0 {
            return false
        }
        if self.take("."), self.digits() == 0 { return false }
        if self.take("e") || self.take("E") {
            if !self.take("+") { _ = self.take("-") }
            return self.digits() > 0
        }
        return true
    }
}
