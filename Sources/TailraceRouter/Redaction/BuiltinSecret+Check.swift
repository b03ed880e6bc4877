import Glibc
import TailraceEvent

/// What an expression cannot say: check digits, ranges, and what stands around a match.
extension BuiltinSecret {
    /// The part of a match that is the secret; nil if it only looks like one.
    func verified(_ range: Range<Int>, in text: [UInt8]) -> Range<Int>? {
        switch self {
        case .email: return EmailForm.isAddress(text[range]) ? range : nil
        case .ipv4: return AddressForm.isIPv4(range, in: text) ? range : nil
        case .ipv6: return AddressForm.ipv6(in: range, of: text)
        case .creditCard: return CardNumber.isCard(range, in: text) ? range : nil
        case .bearer: return CredentialForm.isBearer(range, in: text) ? range : nil
        case .basic: return CredentialForm.isBasic(range, in: text) ? range : nil
        case .jwt, .privateKey, .awsKey, .password: return range
        }
    }

    /// What of a secret makes it the same secret: its pseudonym is made of this.
    func canonical(_ secret: ArraySlice<UInt8>) -> [UInt8] {
        switch self {
        case .email, .ipv6: secret.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
        case .creditCard: secret.filter(\.isDigit)
        default: Array(secret)
        }
    }
}

enum EmailForm {
    /// What stands behind the last dot of file names and of systemd's units: `user@1000.service`, `logo@2x.png`.
    private static let notDomains = Set(
        [
            "service", "socket", "timer", "mount", "automount", "slice", "scope", "device", "path", "swap", "target",
            "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css",
        ].map { Array($0.utf8) })

    static func isAddress(_ text: ArraySlice<UInt8>) -> Bool {
        guard let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return !Self.notDomains.contains(text[(dot + 1)...].map { $0 | 0x20 })
    }
}

enum CardNumber {
    /// Digits of an issuer's range with a right check digit that stand alone.
    static func isCard(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        if let before = text.byte(before: range) {
            if before.isWord { return false }
            // The fraction of a number.
            if before == UInt8(ascii: "."), range.lowerBound >= 2, text[range.lowerBound - 2].isDigit { return false }
        }
        if let after = text.byte(behind: range), after.isWord { return false }
        let digits = text[range].filter(\.isDigit).map { Int($0 - UInt8(ascii: "0")) }
        return Self.hasIssuer(digits) && Self.isLuhn(digits)
    }

    /// ISO/IEC 7812-1, annex B: every second digit from the right doubled, its digits summed; all of it divides by ten.
    static func isLuhn(_ digits: [Int]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = place % 2 == 1 ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return !digits.isEmpty && sum % 10 == 0
    }

    /// First digits that are given to card issuers, with the lengths that these use.
    static func hasIssuer(_ digits: [Int]) -> Bool {
        guard digits.count >= 13, digits.count <= 19 else { return false }
        let four = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        switch four {
        case 4000...4999: return digits.count == 13 || digits.count == 16 || digits.count == 19
        case 5100...5599, 2221...2720: return digits.count == 16
        case 3400...3499, 3700...3799: return digits.count == 15
        case 3000...3059, 3095...3095, 3600...3699, 3800...3999: return digits.count >= 14
        case 3528...3589, 6011...6011, 6200...6299, 6440...6599: return digits.count >= 16
        case 5000...5099, 5600...5899, 6300...6399, 6700...6799: return true
        default: return false
        }
    }
}

enum CredentialForm {
    /// Words behind "bearer" in plain English are no credentials.
    static func isBearer(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        if Self.isInHeader(range, in: text) { return true }
        let secret = text[range]
        guard secret.count >= 8 else { return false }
        let isWord = secret.dropFirst().allSatisfy { $0 &- UInt8(ascii: "a") < 26 }
        return !isWord || secret.count >= 16
    }

    /// A name, a colon and a password in base64 (RFC 7617).
    static func isBasic(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        if Self.isInHeader(range, in: text) { return true }
        return Base64Text.decoded(text[range]).contains(UInt8(ascii: ":"))
    }

    /// How far the header's name stands before its value, at most.
    private static let maxHeaderDistance = 48

    private static func isInHeader(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        let before = text[max(0, range.lowerBound - Self.maxHeaderDistance)..<range.lowerBound].map { $0 | 0x20 }
        return before.firstRange(of: Array("authorization".utf8)) != nil
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var isHexDigit: Bool { self.isDigit || (self | 0x20) &- UInt8(ascii: "a") < 6 }
    /// A letter or digit of ASCII, or an underscore.
    var isWord: Bool { self.isDigit || self.isLetter || self == UInt8(ascii: "_") }
}

extension [UInt8] {
    func byte(before range: Range<Int>) -> UInt8? { range.lowerBound > 0 ? self[range.lowerBound - 1] : nil }
    func byte(behind range: Range<Int>) -> UInt8? { range.upperBound < self.count ? self[range.upperBound] : nil }
}
