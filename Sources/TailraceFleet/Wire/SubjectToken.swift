/// Names as tokens of NATS subjects, and back.
///
/// A token may not be empty nor hold dots, blanks, wildcards or control characters. Letters, digits, `-` and `_` stand
/// for themselves, every other byte is `%` and two digits (`db.1` is `db%2E1`), and `%` alone is the empty name. So
/// each name has one token, each token at most one name, and none begins with `@`, which the fleet keeps for itself.
package enum SubjectToken {
    /// A name longer than this is not one that was given to a host or an input.
    package static let maxBytes = 512

    package static func encode(_ name: String) -> String {
        guard !name.isEmpty else { return "%" }
        var token: [UInt8] = []
        for byte in name.utf8 {
            if Self.isPlain(byte) {
                token.append(byte)
            } else {
                token.append(UInt8(ascii: "%"))
                token.append(Self.digits[Int(byte >> 4)])
                token.append(Self.digits[Int(byte & 15)])
            }
        }
        return String(decoding: token, as: UTF8.self)
    }

    /// Nil for what `encode` does not write.
    package static func decode(_ token: some StringProtocol) -> String? {
        let bytes = Array(token.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maxBytes else { return nil }
        if bytes == [UInt8(ascii: "%")] { return "" }
        var name: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = Self.value(bytes[index + 1]),
                    let low = Self.value(bytes[index + 2]), !Self.isPlain(high << 4 | low)
                else { return nil }
                name.append(high << 4 | low)
                index += 3
            } else {
                guard Self.isPlain(bytes[index]) else { return nil }
                name.append(bytes[index])
                index += 1
            }
        }
        return String(validating: name, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        Self.digits.firstIndex(of: digit).map { UInt8($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            return true
        default: return false
        }
    }
}
