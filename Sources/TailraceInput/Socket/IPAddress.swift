import CLinux
import Glibc

/// An IPv4 or IPv6 address; one that is both is IPv4.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// In network order, IPv4 as `::ffff:192.0.2.1`.
    private var high: UInt64
    private var low: UInt64
    /// The interface of a link-local address, 0 for none.
    private var scope: UInt32 = 0

    private static let mappedPrefix: UInt64 = 0xffff_0000_0000

    private init(v4 address: in_addr) {
        self.high = 0
        self.low = Self.mappedPrefix | UInt64(UInt32(bigEndian: address.s_addr))
    }

    private init(v6 address: in6_addr, scope: UInt32) {
        var address = address
        (self.high, self.low) = withUnsafeBytes(of: &address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.scope = scope
    }

    /// `192.0.2.1` or `2001:db8::1`.
    package init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: v4)
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6: v6, scope: 0)
        } else {
            return nil
        }
    }

    /// What the kernel wrote; nil if it is no IP address.
    init?(_ address: sockaddr_storage) {
        switch Int32(address.ss_family) {
        case AF_INET: self.init(v4: Self.read(address, as: sockaddr_in.self).sin_addr)
        case AF_INET6:
            let v6 = Self.read(address, as: sockaddr_in6.self)
            self.init(v6: v6.sin6_addr, scope: v6.sin6_scope_id)
        default: return nil
        }
    }

    static let anyV4 = IPAddress(v4: in_addr(s_addr: 0))
    static let anyV6 = IPAddress(v6: in6_addr(), scope: 0)

    package var isV4: Bool { self.high == 0 && self.low >> 32 == Self.mappedPrefix >> 32 }
    /// Stands for all addresses of this host.
    var isAny: Bool { self.high == 0 && (self.low == 0 || self.low == Self.mappedPrefix) }
    /// Only this host can send from it, or to it.
    var isLoopback: Bool { self.isV4 ? self.low >> 24 & 0xff == 127 : self.high == 0 && self.low == 1 }

    package var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if self.isV4 {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: self.low).bigEndian)
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        } else {
            var address = self.v6
            inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return self.scope == 0 ? text : "\(text)%\(self.scope)"
    }

    /// Its first bits, 0 to 128, counted as IPv6.
    func prefix(_ bits: Int) -> (UInt64, UInt64) {
        (self.high & Self.mask(bits), self.low & Self.mask(bits - 64))
    }

    private static func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits)) }

    // MARK: As the kernel has it

    /// With this port, as a `sockaddr` of its family.
    func withSocketAddress<Result>(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if self.isV4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: self.low).bigEndian
            return Self.withPointer(to: &address, body)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = self.v6
        address.sin6_scope_id = self.scope
        return Self.withPointer(to: &address, body)
    }

    private var v6: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: self.high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: self.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    private static func withPointer<Address, Result>(
        to address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private static func read<Address>(_ storage: sockaddr_storage, as type: Address.Type) -> Address {
        withUnsafeBytes(of: storage) { $0.load(as: Address.self) }
    }
}

/// `192.0.2.0/24`, `2001:db8::/32` or a single address.
package struct IPRange: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let base: IPAddress
    /// Counted as IPv6.
    private let bits: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        let most = base.isV4 ? 32 : 128
        var bits = most
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...most).contains(number) else { return nil }
            bits = number
        }
        self.description = text
        self.base = base
        self.bits = bits + 128 - most
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.isV4 == self.base.isV4 && address.prefix(self.bits) == self.base.prefix(self.bits)
    }
}
