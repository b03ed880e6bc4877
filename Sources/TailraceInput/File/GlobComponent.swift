/// The wildcard pattern of one path component.
struct GlobComponent: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case byte(UInt8)
        case anyByte
        case anyRun
        /// Ranges of bytes, and whether they are the ones left out.
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let wanted): byte == wanted
            case .anyByte: true
            case .anyRun: false
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private let tokens: [Token]

    init(_ text: [UInt8]) {
        var tokens: [Token] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "*"):
                if tokens.last != .anyRun { tokens.append(.anyRun) }
            case UInt8(ascii: "?"):
                tokens.append(.anyByte)
            case UInt8(ascii: "["):
                guard let (set, end) = Self.set(in: text, from: index) else {
                    tokens.append(.byte(byte))  // an unclosed bracket is an ordinary character, as in a shell
                    break
                }
                tokens.append(set)
                index = end
            case UInt8(ascii: "\\") where index < text.count:
                tokens.append(.byte(text[index]))
                index += 1
            default:
                tokens.append(.byte(byte))
            }
        }
        self.tokens = tokens
    }

    /// The plain name if there is no wildcard in it.
    var literal: [UInt8]? {
        var name: [UInt8] = []
        for token in self.tokens {
            guard case .byte(let byte) = token else { return nil }
            name.append(byte)
        }
        return name
    }

    /// Linear in practice: on a mismatch only the latest `*` takes one more byte.
    func matches(_ name: ArraySlice<UInt8>) -> Bool {
        if name.first == UInt8(ascii: "."), self.tokens.first != .byte(UInt8(ascii: ".")) { return false }
        var token = 0
        var index = name.startIndex
        var retry: (token: Int, index: Int)?
        while index < name.endIndex {
            if token < self.tokens.count, self.tokens[token] == .anyRun {
                retry = (token, index)
                token += 1
            } else if token < self.tokens.count, self.tokens[token].matches(name[index]) {
                token += 1
                index += 1
            } else if let last = retry {
                retry = (last.token, last.index + 1)
                token = last.token + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return self.tokens[token...].allSatisfy { $0 == .anyRun }
    }

    /// `[a-z_]`, `[!0-9]`, `[]x]`: the set and the index behind its closing bracket.
    private static func set(in text: [UInt8], from start: Int) -> (Token, end: Int)? {
        var index = start
        let isNegated = index < text.count && (text[index] == UInt8(ascii: "!") || text[index] == UInt8(ascii: "^"))
        if isNegated { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt8>] = []
        while index < text.count {
            let low = text[index]
            if low == UInt8(ascii: "]"), index > first { return (.set(ranges, isNegated: isNegated), index + 1) }
            if index + 2 < text.count, text[index + 1] == UInt8(ascii: "-"), text[index + 2] != UInt8(ascii: "]") {
                let high = text[index + 2]
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}
