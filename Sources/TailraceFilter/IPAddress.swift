import Glibc

/// An IPv4 or IPv6 address; IPv4 stands as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so both forms of one address are
/// equal.
struct IPAddress: Sendable, Hashable {
    private(set) var high: UInt64
    private(set) var low: UInt64

    var isIPv4: Bool { self.high == 0 && self.low >> 32 == 0xffff }

    init?(_ text: Span<UInt8>) {
        // The longest form is an IPv4-mapped address written out (INET6_ADDRSTRLEN).
        guard text.count >= 2, text.count <= 45, Self.canStart(text[0]) else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var isIPv6 = false
        for index in text.indices where text[index] == UInt8(ascii: ":") { isIPv6 = true }
        let isParsed = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { buffer in
            for index in 0..<text.count { buffer[index] = CChar(bitPattern: text[index]) }
            buffer[text.count] = 0
            guard let start = buffer.baseAddress else { return false }
            if isIPv6 {
                var address = in6_addr()
                guard inet_pton(AF_INET6, start, &address) == 1 else { return false }
                withUnsafeBytes(of: &address) { raw in
                    high = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
                    low = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                }
                return true
            }
            var address = in_addr()
            guard inet_pton(AF_INET, start, &address) == 1 else { return false }
            low = 0xffff << 32 | UInt64(UInt32(bigEndian: address.s_addr))
            return true
        }
        guard isParsed else { return nil }
        self.high = high
        self.low = low
    }

    private static func canStart(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: ":")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
    }

    fileprivate func masked(to bits: Int) -> (UInt64, UInt64) {
        let highBits = min(bits, 64)
        let lowBits = bits - highBits
        return (
            highBits == 0 ? 0 : self.high & (.max << UInt64(64 - highBits)),
            lowBits == 0 ? 0 : self.low & (.max << UInt64(64 - lowBits))
        )
    }
}

/// A range of addresses in CIDR notation (RFC 4632): `10.0.0.0/8`, `2001:db8::/32`.
struct IPNetwork: Sendable, Hashable {
    private let base: IPAddress
    /// Counted in the IPv6 form.
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let length = Int(parts[1]), let base = IPAddress(Array(parts[0].utf8).span)
        else { return nil }
        let isIPv4 = base.isIPv4 && !parts[0].contains(":")
        guard length <= (isIPv4 ? 32 : 128) else { return nil }
        self.base = base
        self.bits = isIPv4 ? length + 96 : length
    }

    func contains(_ address: IPAddress) -> Bool { address.masked(to: self.bits) == self.base.masked(to: self.bits) }
}
