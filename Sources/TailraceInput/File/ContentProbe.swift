/// Reads small pieces of a file to recognise it and to find where to begin.
struct ContentProbe {
    let files: any FileSystem

    /// Whether the file still holds what a reader left off at `offset` has read, going by the hashes of its first bytes
    /// and of the last ones read.
    func holds(_ handle: FileHandle, size: UInt64, offset: UInt64, head: FileAnchor, tail: FileAnchor) -> Bool {
        guard size >= offset else { return false }
        return self.matches(handle, tail) && self.matches(handle, head)
    }

    private func matches(_ handle: FileHandle, _ anchor: FileAnchor) -> Bool {
        guard anchor.length > 0 else { return true }
        guard let bytes = self.bytes(handle, anchor.start..<anchor.end), bytes.count == anchor.length else {
            return false
        }
        return FileAnchor.hash(bytes.span) == anchor.hash
    }

    /// Whether two files begin with the same bytes, as far as both have some, up to what an anchor covers.
    func startAlike(_ left: FileHandle, _ right: FileHandle) -> Bool {
        let range = 0..<UInt64(FileAnchor.maxBytes)
        guard let first = self.bytes(left, range), let second = self.bytes(right, range) else { return false }
        let length = min(first.count, second.count)
        return first.prefix(length) == second.prefix(length)
    }

    /// A cursor that goes on at `offset`.
    func cursor(_ handle: FileHandle, at offset: UInt64) -> ReadCursor? {
        let anchorBytes = UInt64(FileAnchor.maxBytes)
        guard let recent = self.bytes(handle, (offset - min(offset, anchorBytes))..<offset),
            UInt64(recent.count) == min(offset, anchorBytes),
            let first = self.bytes(handle, 0..<min(offset, anchorBytes))
        else { return nil }
        return ReadCursor(offset: offset, recent: recent, head: FileAnchor(end: UInt64(first.count), of: first.span))
    }

    /// The offset to begin at: always the start of a line.
    func beginning(_ handle: FileHandle, size: UInt64, from start: FileOptions.Start) -> UInt64 {
        switch start {
        case .start: return 0
        case .last(let count) where count >= size: return 0
        case .last(let count): return self.lineStart(handle, after: size - count, size: size)
        case .end: return self.lastLineStart(handle, size: size)
        }
    }

    /// The first start of a line at or after `offset`; `size` if there is none.
    private func lineStart(_ handle: FileHandle, after offset: UInt64, size: UInt64) -> UInt64 {
        var position = offset - 1  // a line that starts exactly at `offset` has its line feed before it
        while position < size {
            let end = min(size, position + UInt64(Self.chunkBytes))
            guard let bytes = self.bytes(handle, position..<end), !bytes.isEmpty else { return size }
            if let lineFeed = bytes.firstIndex(of: UInt8(ascii: "\n")) { return position + UInt64(lineFeed) + 1 }
            position += UInt64(bytes.count)
        }
        return size
    }

    /// The start of a last line that has no end yet, so that it is told whole; `size` if it is too long to look for.
    private func lastLineStart(_ handle: FileHandle, size: UInt64) -> UInt64 {
        let start = size - min(size, UInt64(Self.chunkBytes))
        guard let bytes = self.bytes(handle, start..<size) else { return size }
        if let lineFeed = bytes.lastIndex(of: UInt8(ascii: "\n")) { return start + UInt64(lineFeed) + 1 }
        return start == 0 ? 0 : size
    }

    private static let chunkBytes = 64 << 10

    private func bytes(_ handle: FileHandle, _ range: Range<UInt64>) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: range.count)
        guard let count = try? self.files.read(handle.number, into: &buffer, count: buffer.count, at: range.lowerBound)
        else { return nil }
        buffer.removeLast(buffer.count - count)
        return buffer
    }
}
