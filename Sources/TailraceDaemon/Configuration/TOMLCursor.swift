/// Walks over the bytes of a TOML text and knows the line and column it stands at.
struct TOMLCursor {
    private let bytes: [UInt8]
    private(set) var index = 0
    private(set) var line = 1
    /// In characters (Unicode scalars), from 1.
    private(set) var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.index = 3 }
    }

    var isAtEnd: Bool { self.index >= self.bytes.count }
    var current: UInt8? { self.peek(0) }
    var point: TOMLLocations.Point { TOMLLocations.Point(line: self.line, column: self.column) }

    /// At a line feed, with or without a carriage return before it, or at the end of the text.
    var isAtLineEnd: Bool {
        switch self.current {
        case UInt8(ascii: "\n"), nil: true
        case UInt8(ascii: "\r"): self.peek(1) == UInt8(ascii: "\n")
        default: false
        }
    }

    func peek(_ distance: Int) -> UInt8? {
        let index = self.index + distance
        return index < self.bytes.count ? self.bytes[index] : nil
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where !self.isAtEnd {
            let byte = self.bytes[self.index]
            self.index += 1
            if byte == UInt8(ascii: "\n") {
                self.line += 1
                self.column = 1
            } else if self.current.map({ $0 & 0xC0 != 0x80 }) ?? true {
                self.column += 1
            }
        }
    }

    /// Skips this text if it stands here.
    mutating func skip(_ text: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard self.bytes[self.index...].starts(with: bytes) else { return false }
        self.advance(bytes.count)
        return true
    }

    mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = self.current, condition(byte) { self.advance() }
    }

    mutating func skipBlanks() {
        self.skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    mutating func skipLine() {
        self.skip { $0 != UInt8(ascii: "\n") }
        self.advance()
    }

    /// Skips blanks, ends of lines and comments.
    mutating func skipToContent() {
        while true {
            self.skipBlanks()
            if self.current == UInt8(ascii: "#") { self.skip { $0 != UInt8(ascii: "\n") } }
            guard self.isAtLineEnd, !self.isAtEnd else { return }
            self.skipLine()
        }
    }

    func text(from start: Int) -> String {
        String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }
}
