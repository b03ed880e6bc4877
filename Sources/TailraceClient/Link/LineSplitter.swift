/// Cuts what comes over a connection into lines, whatever pieces it comes in.
package struct LineSplitter {
    /// An event is bounded by the relay's `max_line` and is far below this.
    package static let maxLineBytes = 64 << 20

    package struct LineTooLong: Error {}

    private var rest: [UInt8] = []

    package init() {}

    /// Calls `take` for each line that `bytes` complete, without its end.
    package mutating func feed(_ bytes: some Collection<UInt8>, take: ([UInt8]) throws -> Void) throws {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if self.rest.isEmpty {
                try take(Array(bytes[start..<end]))
            } else {
                self.rest.append(contentsOf: bytes[start..<end])
                let line = self.rest
                self.rest.removeAll(keepingCapacity: line.count < 1 << 20)
                try take(line)
            }
            start = bytes.index(after: end)
        }
        guard self.rest.count + bytes.distance(from: start, to: bytes.endIndex) <= Self.maxLineBytes else {
            throw LineTooLong()
        }
        self.rest.append(contentsOf: bytes[start...])
    }
}
