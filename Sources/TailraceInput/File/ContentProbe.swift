import TailraceCodec

/// Reads small pieces of a file to recognise it and to find where to begin.
struct ContentProbe {
    let files: any FileSystem

    /// Whether the file still holds what a reader left off at `offset` has read, going by the hashes of its first bytes
    /// and of the last ones read.
    func holds(_ handle: FileHandle, size: UInt64, offset: UInt64, head: FileAnchor, tail: FileAnchor) -> Bool {
        guard size >= offset else { return false }
        return self.matches(handle, head) && self.matches(handle, tail)
    }

    /// Whether the last bytes that were read still stand where they stood.
    func isStill(_ handle: FileHandle, _ cursor: ReadCursor) -> Bool {
        self.bytes(handle, cursor.readOffset..<cursor.position) == cursor.recent
    }

    func matches(_ handle: FileHandle, _ anchor: FileAnchor) -> Bool {
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

    /// Whether all of one file is what another begins with: a copy of it. Many files begin with the same words, so they
    /// are compared to the end, or as far as no two logs are alike by chance.
    func isBeginning(_ copy: FileHandle, of original: FileHandle) -> Bool {
        var offset: UInt64 = 0
        while offset < Self.maxComparedBytes {
            let range = offset..<offset + UInt64(Self.chunkBytes)
            guard let first = self.bytes(copy, range), let second = self.bytes(original, range),
                second.starts(with: first)
            else { return false }
            if first.count < Self.chunkBytes { return true }
            offset += UInt64(first.count)
        }
        return true
    }

    /// Whether a file may be a copy of how another one began of which `beginning` or a hash is known.
    func isBeginning(_ handle: FileHandle, size: UInt64, of beginning: ArraySlice<UInt8>, head: FileAnchor) -> Bool {
        if size > 0, size <= UInt64(beginning.count) {
            return self.bytes(handle, 0..<size).map { $0[...] == beginning.prefix($0.count) } ?? false
        }
        return head.length > 0 && size >= head.end && self.matches(handle, head)
    }

    private static let maxComparedBytes: UInt64 = 16 << 20

    /// Whether a file begins like text, or holds nothing yet.
    func isText(_ handle: FileHandle) -> Bool {
        guard let bytes = self.bytes(handle, 0..<UInt64(FileAnchor.maxBytes)) else { return false }
        // The last character may be cut.
        return !bytes.contains(0)
            && (0..<4).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }

    /// A cursor that goes on at `offset`.
    func cursor(_ handle: FileHandle, at offset: UInt64) -> ReadCursor? {
        let anchorBytes = UInt64(FileAnchor.maxBytes)
        guard let recent = self.bytes(handle, (offset - min(offset, anchorBytes))..<offset),
            UInt64(recent.count) == min(offset, anchorBytes),
            let first = self.bytes(handle, 0..<min(offset, anchorBytes))
        else { return nil }
        return ReadCursor(
            offset: offset, recent: recent, head: FileAnchor(end: UInt64(first.count), of: first.span),
            mark: TextEncoding(byteOrderMark: first.span))
    }

    /// The offset to begin at: always the start of a line.
    ///
    /// - Parameter encoding: as declared; nil to go by the byte order mark.
    func beginning(
        _ handle: FileHandle, size: UInt64, from start: FileOptions.Start, encoding: TextEncoding?
    ) -> UInt64 {
        let encoding = encoding ?? self.bytes(handle, 0..<4).flatMap { TextEncoding(byteOrderMark: $0.span) } ?? .utf8
        switch start {
        case .start: return 0
        case .last(let count) where count >= size: return 0
        case .last(let count): return self.lineStart(handle, after: size - count, size: size, encoding)
        case .end: return self.lastLineStart(handle, size: size, encoding)
        }
    }

    /// The first start of a line at or after `offset`; `size` if there is none.
    private func lineStart(
        _ handle: FileHandle, after offset: UInt64, size: UInt64, _ encoding: TextEncoding
    ) -> UInt64 {
        let unit = UInt64(encoding.unitBytes)
        // A line that starts exactly at `offset` has its line feed before it.
        var position = (offset - 1) / unit * unit
        while position < size {
            let end = min(size, position + UInt64(Self.chunkBytes))
            guard let bytes = self.bytes(handle, position..<end), !bytes.isEmpty else { return size }
            if let lineFeed = encoding.lineFeed(in: bytes.span) { return position + UInt64(lineFeed) + unit }
            position += UInt64(bytes.count)
            // Holes hold no lines, and may be as long as it would take hours to read.
            if bytes.last == 0, let data = handle.dataBehindHole(in: (position - 1)..<position) {
                position = max(position, min(data, size)) / unit * unit
            }
        }
        return size
    }

    /// The start of a last line that has no end yet, so that it is told whole; `size` if it is too long to look for.
    private func lastLineStart(_ handle: FileHandle, size: UInt64, _ encoding: TextEncoding) -> UInt64 {
        let start = (size - min(size, UInt64(Self.chunkBytes))) & ~1
        guard let bytes = self.bytes(handle, start..<size) else { return size }
        var last: Int?
        while let found = encoding.lineFeed(in: bytes.span, from: last ?? 0) { last = found + encoding.unitBytes }
        if let last { return start + UInt64(last) }
        return start == 0 ? 0 : size
    }

    private static let chunkBytes = 64 << 10

    private func bytes(_ handle: FileHandle, _ range: Range<UInt64>) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: range.count)
        guard let count = try? handle.read(into: &buffer, count: buffer.count, at: range.lowerBound)
        else { return nil }
        buffer.removeLast(buffer.count - count)
        return buffer
    }
}
