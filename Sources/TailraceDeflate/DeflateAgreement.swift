/// What the two ends agreed about compression during the handshake (RFC 7692 §7).
package struct DeflateAgreement: Sendable, Hashable {
    /// The server resets its window before each message.
    package var serverNoContextTakeover: Bool
    /// The client resets its window before each message; always asked for, so that no connection owns an inflate
    /// window.
    package var clientNoContextTakeover: Bool
    /// Largest window the server may compress with, 9 to 15.
    package var serverMaxWindowBits: Int
    /// Largest window the client said that it would compress with, 8 to 15. Any size can be read, so none is asked for.
    package var clientMaxWindowBits: Int
    /// Whether the offer named `server_max_window_bits`; only then may the answer (RFC 7692 §7.1.2.1).
    package var namesServerMaxWindowBits: Bool

    /// The value of `Sec-WebSocket-Extensions` in the answer.
    package var responseHeader: String {
        var header = "permessage-deflate"
        if self.serverNoContextTakeover { header += "; server_no_context_takeover" }
        if self.clientNoContextTakeover { header += "; client_no_context_takeover" }
        if self.namesServerMaxWindowBits { header += "; server_max_window_bits=\(self.serverMaxWindowBits)" }
        return header
    }

    /// Takes the first acceptable offer of `Sec-WebSocket-Extensions`; nil means to go on without compression.
    ///
    /// An offer is declined when it has a parameter that is unknown, doubled, or has an invalid value (RFC 7692 §7.1),
    /// or asks for a server window of 8 bits, which zlib can't do for raw streams. The next offer is the client's
    /// fall-back. A header that breaks the grammar of RFC 6455 §9.1 or a limit of `ExtensionOffers` is taken as no
    /// offer.
    package static func negotiate(offers header: String) -> DeflateAgreement? {
        guard let offers = ExtensionOffers(header) else { return nil }
        for offer in offers.list where offer.name == "permessage-deflate" {
            if let agreement = Self(accepting: offer) { return agreement }
        }
        return nil
    }

    private init?(accepting offer: ExtensionOffers.Offer) {
        self.serverNoContextTakeover = false
        self.clientNoContextTakeover = true
        self.serverMaxWindowBits = 15
        self.clientMaxWindowBits = 15
        self.namesServerMaxWindowBits = false
        var seen: Set<String> = []
        for parameter in offer.parameters {
            guard seen.insert(parameter.name).inserted, self.apply(parameter) else { return nil }
        }
    }

    /// Returns false where the parameter makes the offer unacceptable.
    private mutating func apply(_ parameter: ExtensionOffers.Parameter) -> Bool {
        switch (parameter.name, parameter.value) {
        case ("server_no_context_takeover", nil):
            self.serverNoContextTakeover = true
            return true
        case ("client_no_context_takeover", nil), ("client_max_window_bits", nil):
            return true
        case ("server_max_window_bits", let value?):
            guard let bits = Self.windowBits(value), Deflater.windowBitsRange.contains(bits) else { return false }
            self.serverMaxWindowBits = bits
            self.namesServerMaxWindowBits = true
            return true
        case ("client_max_window_bits", let value?):
            guard let bits = Self.windowBits(value) else { return false }
            self.clientMaxWindowBits = bits
            return true
        default:
            return false
        }
    }

    /// A decimal from 8 to 15 without leading zeros (RFC 7692 §7.1.2).
    private static func windowBits(_ text: String) -> Int? {
        switch text {
        case "8": 8
        case "9": 9
        case "10": 10
        case "11": 11
        case "12": 12
        case "13": 13
        case "14": 14
        case "15": 15
        default: nil
        }
    }
}
