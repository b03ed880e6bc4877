internal import Glibc

/// An IP address or a network of them: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`.
package struct AddressRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let bits: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.bytes(String(parts[0])) else { return nil }
        let isV4 = bytes.starts(with: Self.mappedPrefix)
        var bits = 128
        if parts.count == 2 {
            guard let count = Int(parts[1]), (0...(isV4 ? 32 : 128)).contains(count) else { return nil }
            bits = isV4 ? count + 96 : count
        }
        self.bytes = bytes
        self.bits = bits
    }

    /// False for what is no address.
    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(address) else { return false }
        let whole = self.bits / 8
        guard self.bytes[..<whole] == other[..<whole] else { return false }
        guard self.bits % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xff00 >> (self.bits % 8))
        return self.bytes[whole] & mask == other[whole] & mask
    }

    /// Those of this machine itself.
    package static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init)

    /// What one who connects from there commonly has for himself: an IPv4 address, or a /64 of IPv6.
    package static func subscriber(at address: String) -> String {
        guard let bytes = Self.bytes(address), !bytes.starts(with: Self.mappedPrefix) else { return address }
        return bytes.prefix(8).map(String.init).joined(separator: ".") + "/64"
    }

    /// In network order, IPv4 as `::ffff:192.0.2.1`.
    private static func bytes(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            return Self.mappedPrefix + withUnsafeBytes(of: v4.s_addr) { Array($0) }
        }
        var v6 = in6_addr()
        // The interface of a link-local address says nothing about the address.
        let address = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? text
        guard inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
        return withUnsafeBytes(of: v6) { Array($0) }
    }

    private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
}
