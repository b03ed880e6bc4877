/// The query of a request target in the order it was written: `?stream=all&filter=level>=warn`.
package struct QueryParameters: Sendable, Hashable {
    package struct Pair: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var pairs: [Pair]

    /// The API's widest route has eight parameters; the rest is room for repeated ones.
    package static let maxPairs = 64

    package init(_ pairs: [Pair] = []) { self.pairs = pairs }

    /// Decodes `application/x-www-form-urlencoded` text, as URLSearchParams writes it: `+` is a space, `%XX` a byte.
    ///
    /// Nil where an escape is broken, the bytes are not UTF-8, or there are more than `maxPairs`.
    package init?(decoding query: some StringProtocol) {
        self.pairs = []
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let valueStart = equals == part.endIndex ? equals : part.index(after: equals)
            guard self.pairs.count < Self.maxPairs,
                let name = PercentCoding.decode(part[..<equals], plusIsSpace: true),
                let value = PercentCoding.decode(part[valueStart...], plusIsSpace: true)
            else { return nil }
            self.pairs.append(Pair(name: name, value: value))
        }
    }

    /// The value of the first parameter with this name.
    package func first(named name: String) -> String? {
        self.pairs.first { $0.name == name }?.value
    }

    package func all(named name: String) -> [String] {
        self.pairs.filter { $0.name == name }.map(\.value)
    }
}

/// Percent-encoding of RFC 3986 §2.1.
enum PercentCoding {
    /// Decodes once; nil where an escape is broken or the outcome is not UTF-8.
    static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Self.digit), let low = iterator.next().flatMap(Self.digit)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
