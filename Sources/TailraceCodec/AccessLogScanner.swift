import TailraceEvent

/// The parts of an access log's line, common or combined, as Apache and nginx write them:
///
/// ```
/// 1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] "GET /cart?x=1 HTTP/1.1" 200 2326 "https://a.example/" "Mozilla/5.0"
/// client  ident user time                     request                 status bytes referer          agent
/// ```
/// A name and port of the virtual host may stand in front, anything behind.
struct AccessLogScanner {
    private(set) var host = 0..<0
    private(set) var client = 0..<0
    private(set) var ident = 0..<0
    private(set) var user = 0..<0
    private(set) var nanoseconds: Int64 = 0
    private(set) var request = 0..<0
    private(set) var status = 0..<0
    /// Empty where no body was sent, `-`.
    private(set) var bytes = 0..<0
    private(set) var referer: Range<Int>?
    private(set) var agent: Range<Int>?

    /// Addresses and names before the time; longer is no access log.
    private static let maxNameBytes = 512

    /// Nil if the line is none.
    init?(_ line: Span<UInt8>, times: inout TimeReader) {
        guard line.count > 40, let bracket = line.index(of: UInt8(ascii: "["), from: 0), bracket >= 6,
            bracket <= Self.maxNameBytes, let time = times.accessLog(in: line, at: bracket + 1),
            line.has(UInt8(ascii: "]"), at: time.end), self.takeNames(line, upTo: bracket)
        else { return nil }
        self.nanoseconds = time.nanoseconds
        guard line.has(0x20, at: time.end + 1), let request = Self.quoted(line, at: time.end + 2) else { return nil }
        self.request = request
        let status = request.upperBound + 2
        guard line.has(0x20, at: status - 1), line.end(of: \.isDigit, from: status, limit: status + 4) == status + 3,
            line.has(0x20, at: status + 3)
        else { return nil }
        self.status = status..<status + 3
        var end = line.end(of: \.isDigit, from: status + 4)
        if end > status + 4 {
            self.bytes = status + 4..<end
        } else {
            guard line.has(UInt8(ascii: "-"), at: end) else { return nil }
            end += 1
        }
        guard end == line.count || line[end] == 0x20 else { return nil }
        guard let referer = Self.quoted(line, at: end + 1), line.has(0x20, at: referer.upperBound + 1),
            let agent = Self.quoted(line, at: referer.upperBound + 2)
        else { return }
        self.referer = referer
        self.agent = agent
    }

    /// `CLIENT IDENT USER `, and one more in front. A user's name may hold spaces.
    private mutating func takeNames(_ line: Span<UInt8>, upTo bracket: Int) -> Bool {
        guard line[bracket - 1] == 0x20 else { return false }
        var words: [Range<Int>] = []
        var index = 0
        while index < bracket {
            let end = line.end(of: { $0 != 0x20 }, from: index, limit: bracket)
            guard end > index, words.count < 8 else { return false }
            words.append(index..<end)
            index = end + 1
        }
        guard words.count >= 3 else { return false }
        // Four words are a virtual host in front, or a user of two words; the host names its port or is followed by an
        // address.
        let isHostFirst = words.count > 3 && line.looksLikeAddress(words[1])
        if isHostFirst { self.host = words.removeFirst() }
        self.client = words[0]
        self.ident = words[1]
        self.user = words[2].lowerBound..<(words.last?.upperBound ?? words[2].upperBound)
        return words.count == 3 || !isHostFirst
    }

    /// The inside of a quoted part, in which `\"` is no end.
    private static func quoted(_ line: Span<UInt8>, at start: Int) -> Range<Int>? {
        guard line.has(UInt8(ascii: "\""), at: start) else { return nil }
        var index = start + 1
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "\""): return start + 1..<index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }
}

extension AccessLogScanner {
    /// Method, path and protocol of a request that has them.
    func requestParts(_ line: Span<UInt8>) -> (method: Range<Int>, path: Range<Int>, version: Range<Int>)? {
        let method = line.end(of: { $0.isUppercase || $0 == UInt8(ascii: "-") }, from: self.request.lowerBound)
        guard method > self.request.lowerBound, line.has(0x20, at: method) else { return nil }
        var space = self.request.upperBound - 1
        while space > method, line[space] != 0x20 { space -= 1 }
        guard space > method + 1, line.equalsExactly("HTTP/", at: space + 1..<min(space + 6, self.request.upperBound))
        else { return nil }
        return (self.request.lowerBound..<method, method + 1..<space, space + 1..<self.request.upperBound)
    }
}

extension Span<UInt8> {
    /// An IPv4 or IPv6 address, roughly: digits and dots, or hexadecimal digits and colons.
    fileprivate func looksLikeAddress(_ range: Range<Int>) -> Bool {
        var marks = 0
        for index in range {
            let byte = self[index]
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") {
                marks += 1
            } else if !byte.isDigit, !(97...102).contains(byte | 0x20) {
                return false
            }
        }
        return marks >= 2
    }
}
