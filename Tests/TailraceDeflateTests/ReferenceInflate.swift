/// A decoder written from RFC 1951 alone, slow and simple: a check that does not rest on zlib.
///
/// It takes the blocks of one message and the window that the messages before it left.
struct ReferenceInflate {
    struct Malformed: Error {}

    private let input: [UInt8]
    private var bit = 0
    private(set) var output: [UInt8]

    /// Returns the message; `window` grows by it.
    static func message(_ payload: [UInt8], window: inout [UInt8]) throws -> [UInt8] {
        let start = window.count
        var decoder = ReferenceInflate(input: payload + [0x00, 0x00, 0xff, 0xff], output: window)
        while decoder.bit + 3 <= decoder.input.count * 8 { try decoder.block() }
        window = decoder.output
        return Array(decoder.output[start...])
    }

    private init(input: [UInt8], output: [UInt8]) {
        self.input = input
        self.output = output
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count {
            guard self.bit < self.input.count * 8 else { throw Malformed() }
            value |= Int(self.input[self.bit / 8] >> (self.bit % 8) & 1) << index
            self.bit += 1
        }
        return value
    }

    private mutating func block() throws {
        _ = try self.bits(1)
        switch try self.bits(2) {
        case 0: try self.stored()
        case 1:
            let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
            try self.compressed(Code(lengths), Code(Array(repeating: 5, count: 30)))
        case 2: try self.dynamic()
        default: throw Malformed()
        }
    }

    private mutating func stored() throws {
        self.bit = (self.bit + 7) / 8 * 8
        let length = try self.bits(16)
        guard try self.bits(16) == ~length & 0xffff else { throw Malformed() }
        for _ in 0..<length { self.output.append(UInt8(try self.bits(8))) }
    }

    private mutating func dynamic() throws {
        let (literals, distances, meta) = (try self.bits(5) + 257, try self.bits(5) + 1, try self.bits(4) + 4)
        var metaLengths = Array(repeating: 0, count: 19)
        for index in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(meta) {
            metaLengths[index] = try self.bits(3)
        }
        let code = Code(metaLengths)
        var lengths: [Int] = []
        while lengths.count < literals + distances {
            switch try self.symbol(code) {
            case 16:
                guard let last = lengths.last else { throw Malformed() }
                lengths += Array(repeating: last, count: 3 + (try self.bits(2)))
            case 17: lengths += Array(repeating: 0, count: 3 + (try self.bits(3)))
            case 18: lengths += Array(repeating: 0, count: 11 + (try self.bits(7)))
            case let length: lengths.append(length)
            }
        }
        try self.compressed(Code(Array(lengths[..<literals])), Code(Array(lengths[literals...])))
    }

    private mutating func compressed(_ literals: Code, _ distances: Code) throws {
        while true {
            let symbol = try self.symbol(literals)
            if symbol == 256 { return }
            if symbol < 256 {
                self.output.append(UInt8(symbol))
                continue
            }
            guard symbol < 286 else { throw Malformed() }
            let length = try self.length(symbol - 257)
            let distance = try self.distance(self.symbol(distances))
            guard distance <= self.output.count else { throw Malformed() }
            for _ in 0..<length { self.output.append(self.output[self.output.count - distance]) }
        }
    }

    /// The table of RFC 1951 §3.2.5: groups of four with one more bit each.
    private mutating func length(_ index: Int) throws -> Int {
        if index == 28 { return 258 }
        if index < 8 { return index + 3 }
        let extra = index / 4 - 1
        return (4 + index % 4) << extra + 3 + (try self.bits(extra))
    }

    private mutating func distance(_ index: Int) throws -> Int {
        if index < 4 { return index + 1 }
        let extra = index / 2 - 1
        return (2 + index % 2) << extra + 1 + (try self.bits(extra))
    }

    private mutating func symbol(_ code: Code) throws -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= try self.bits(1)
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            (index, first, value) = (index + count, (first + count) << 1, value << 1)
        }
        throw Malformed()
    }

    /// A canonical Huffman code (RFC 1951 §3.2.2).
    private struct Code {
        var counts = Array(repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in 1...15 {
                let ofLength = lengths.indices.filter { lengths[$0] == length }
                self.counts[length] = ofLength.count
                self.symbols += ofLength
            }
        }
    }
}
