/// Reading base64 in both of its alphabets (RFC 4648 §4 and §5).
enum Base64Text {
    /// 64 for what is no digit.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        return values
    }()

    /// Up to the first byte that is no digit.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        for byte in text {
            let value = Self.values[Int(byte)]
            guard value < 64 else { break }
            group = group << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 { for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) } }
        }
        switch count % 4 {
        case 2: bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case 3: for shift in [10, 2] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) }
        default: break
        }
        return bytes
    }
}

extension TextView {
    /// Digits that text has to fill before it is taken for base64: twelve bytes, which hardly any other word does.
    static let minTextDigits = 16

    /// What stands in base64 here, each run of its digits decoded from where text comes out.
    ///
    /// A run may begin with other letters (`user/YWxpY2U…`), so all four places in a group are tried.
    func base64Views() -> [TextView] {
        var views: [TextView] = []
        var start = 0
        while start < self.count {
            guard Base64Text.values[Int(self.bytes[start])] < 64 else {
                start += 1
                continue
            }
            var end = start
            while end < self.count, Base64Text.values[Int(self.bytes[end])] < 64 { end += 1 }
            if end - start >= Self.minTextDigits {
                for offset in 0..<4 where self.holdsText(start + offset..<end) {
                    views.append(self.decoded(start + offset..<end))
                }
            }
            start = end
        }
        return views
    }

    private func holdsText(_ range: Range<Int>) -> Bool {
        var digits = 0
        var place = range.lowerBound
        while place + 4 <= range.upperBound {
            digits = Self.isText(self.group(at: place)) ? digits + 4 : 0
            if digits >= Self.minTextDigits { return true }
            place += 4
        }
        return false
    }

    /// Three printable characters of ASCII.
    private static func isText(_ group: UInt32) -> Bool {
        [16, 8, 0].allSatisfy { (0x20...0x7E).contains(UInt8(truncatingIfNeeded: group >> $0)) }
    }

    private func group(at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 6 | UInt32(Base64Text.values[Int(self.bytes[place + $1])]) }
    }

    /// A byte stands for its whole group of four digits.
    private func decoded(_ range: Range<Int>) -> TextView {
        var view = TextView(depth: self.depth + 1, capacity: range.count / 4 * 3 + 3)
        var place = range.lowerBound
        while place < range.upperBound {
            let end = min(place + 4, range.upperBound)
            let source = self.source(of: place..<end)
            for byte in Base64Text.decoded(self.bytes[place..<end]) { view.append(byte, from: source) }
            place = end
        }
        return view
    }
}
