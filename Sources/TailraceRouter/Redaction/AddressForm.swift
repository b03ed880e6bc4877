import Glibc

/// Addresses among other things that are made of digits, dots and colons.
enum AddressForm {
    /// Four numbers up to 255 that are no part of a longer series (`1.2.3.4.5`) and no version (`v1.2.3.4`).
    static func isIPv4(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        guard text[range].split(separator: UInt8(ascii: ".")).allSatisfy(Self.isOctet) else { return false }
        let start = range.lowerBound
        if let before = text.byte(before: range) {
            if before.isDigit { return false }
            if before == UInt8(ascii: "."), start >= 2, text[start - 2].isDigit { return false }
            if before | 0x20 == UInt8(ascii: "v"), start < 2 || !text[start - 2].isWord { return false }
        }
        guard let after = text.byte(behind: range) else { return true }
        if after.isDigit { return false }
        let next = range.upperBound + 1
        return !(after == UInt8(ascii: ".") && next < text.count && text[next].isDigit)
    }

    private static func isOctet(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.reduce(0) { $0 * 10 + Int($1 &- UInt8(ascii: "0")) } <= 255
    }

    /// Longer runs of hex digits and colons are fingerprints.
    private static let maxRunBytes = 64

    /// The address in a run of hex digits, colons and dots.
    ///
    /// A label before it (`peer:2001:db8::1`) or a port behind it may have run into it, so the run is tried without its
    /// first and last part as well.
    static func ipv6(in run: Range<Int>, of text: [UInt8]) -> Range<Int>? {
        guard run.count <= Self.maxRunBytes else { return nil }
        if let before = text.byte(before: run), before.isWord, text[run.lowerBound] != UInt8(ascii: ":") { return nil }
        // `std::fmt`: a name goes on where the hex digits end.
        if let before = text.byte(before: run), before.isWord, text[run].starts(with: "::".utf8) { return nil }
        if let after = text.byte(behind: run), after.isWord { return nil }
        let starts = [run.lowerBound, Self.behindFirstColon(run, of: text)]
        let ends = [run.upperBound, Self.beforeLast(UInt8(ascii: ":"), run, of: text),
            Self.beforeLast(UInt8(ascii: "."), run, of: text)]
        for start in starts {
            for end in ends where start < end && Self.isIPv6(text[start..<end]) { return start..<end }
        }
        return nil
    }

    private static func behindFirstColon(_ run: Range<Int>, of text: [UInt8]) -> Int {
        text[run].firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? run.upperBound
    }

    private static func beforeLast(_ byte: UInt8, _ run: Range<Int>, of text: [UInt8]) -> Int {
        text[run].lastIndex(of: byte) ?? run.lowerBound
    }

    private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        let groups = text.split(separator: UInt8(ascii: ":"))
        // `::`, and `dead::beef` of a program's names.
        guard groups.count >= 3 || groups.contains(where: { $0.contains(where: \.isDigit) }) else { return false }
        // A hardware address of eight bytes.
        if groups.count == 8, groups.allSatisfy({ $0.count == 2 }) { return false }
        var address = in6_addr()
        return (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { characters in
            guard let start = characters.baseAddress else { return false }
            return inet_pton(AF_INET6, start, &address) == 1
        }
    }
}
