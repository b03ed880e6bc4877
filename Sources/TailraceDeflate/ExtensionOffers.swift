/// The list in a `Sec-WebSocket-Extensions` header (RFC 6455 §9.1):
///
/// ```
/// list      = extension *( "," extension )
/// extension = token *( ";" token [ "=" ( token / quoted-string ) ] )
/// ```
struct ExtensionOffers {
    struct Offer {
        var name: String
        var parameters: [Parameter] = []
    }

    struct Parameter {
        var name: String
        /// Without its quotes.
        var value: String?
    }

    private(set) var list: [Offer] = []

    /// Browsers send one offer, careful clients two or three.
    static let maxOffers = 16
    /// permessage-deflate has four parameters; none may come twice.
    static let maxParameters = 8
    /// Far above what sixteen full offers need.
    static let maxHeaderBytes = 4096

    /// Nil where the header breaks the grammar or a limit.
    init?(_ header: String) {
        guard header.utf8.count <= Self.maxHeaderBytes else { return nil }
        var scanner = Scanner(bytes: Array(header.utf8))
        repeat {
            guard self.list.count < Self.maxOffers, let offer = Self.offer(&scanner) else { return nil }
            self.list.append(offer)
        } while scanner.skip(UInt8(ascii: ","))
        guard scanner.isAtEnd else { return nil }
    }

    private static func offer(_ scanner: inout Scanner) -> Offer? {
        guard let name = scanner.token() else { return nil }
        var offer = Offer(name: name)
        while scanner.skip(UInt8(ascii: ";")) {
            guard offer.parameters.count < Self.maxParameters, let name = scanner.token() else { return nil }
            var parameter = Parameter(name: name)
            if scanner.skip(UInt8(ascii: "=")) {
                guard let value = scanner.tokenOrQuoted() else { return nil }
                parameter.value = value
            }
            offer.parameters.append(parameter)
        }
        return offer
    }

    private struct Scanner {
        let bytes: [UInt8]
        private var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool {
            mutating get {
                self.skipBlanks()
                return self.index == self.bytes.count
            }
        }

        /// Steps over one separator and the blanks around it.
        mutating func skip(_ separator: UInt8) -> Bool {
            self.skipBlanks()
            guard self.index < self.bytes.count, self.bytes[self.index] == separator else { return false }
            self.index += 1
            return true
        }

        mutating func token() -> String? {
            self.skipBlanks()
            let start = self.index
            while self.index < self.bytes.count, Self.isTokenByte(self.bytes[self.index]) { self.index += 1 }
            guard self.index > start else { return nil }
            return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
        }

        /// What stands in quotes must be a token too once it is unquoted (RFC 6455 §9.1).
        mutating func tokenOrQuoted() -> String? {
            guard self.skip(UInt8(ascii: "\"")) else { return self.token() }
            var value: [UInt8] = []
            while self.index < self.bytes.count {
                var byte = self.bytes[self.index]
                self.index += 1
                if byte == UInt8(ascii: "\"") {
                    return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
                }
                if byte == UInt8(ascii: "\\") {
                    guard self.index < self.bytes.count else { return nil }
                    byte = self.bytes[self.index]
                    self.index += 1
                }
                guard Self.isTokenByte(byte) else { return nil }
                value.append(byte)
            }
            return nil
        }

        private mutating func skipBlanks() {
            while self.index < self.bytes.count, self.bytes[self.index] == 0x20 || self.bytes[self.index] == 0x09 {
                self.index += 1
            }
        }

        /// `tchar` of RFC 9110 §5.6.2.
        private static func isTokenByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}
