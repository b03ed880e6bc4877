import TailraceCodec

/// Holes: NUL bytes by the page, told as one event that names how many, and skipped by extents where the file system
/// knows them.
extension FileTailer {
    /// What the next bytes of a file are.
    enum Piece {
        /// So many bytes of text.
        case text(Int)
        /// So many NUL bytes that belong to a hole.
        case hole(Int)
        /// Nothing was written from here to the end of the file.
        case openEnd
    }

    /// Tells what `fresh`, the bytes at the file's position, begins with.
    func piece(_ fresh: Span<UInt8>, of file: TailedFile, _ handle: FileHandle) -> Piece {
        guard fresh.count > 0, fresh[0] == 0 else { return .text(NulRun.textEnd(in: fresh)) }
        if file.holeStart == nil, self.begunUnit(after: 0, of: file) > 0 {
            // The second half of a character, whatever comes behind it.
            return .text(1 + NulRun.textEnd(in: fresh.extracting(1..<fresh.count)))
        }
        let zeros = NulRun.leading(in: fresh)
        // The last NUL byte can be the first half of a character.
        let run = zeros - self.begunUnit(after: zeros, of: file)
        guard file.holeStart != nil || run > NulRun.textBytes else {
            return .text(zeros + NulRun.textEnd(in: fresh.extracting(zeros..<fresh.count)))
        }
        let data = handle.dataBehindHole(in: file.cursor.position..<file.cursor.position + UInt64(zeros))
        if data == .max { return .openEnd }
        // Bytes that were written in the middle of a line are content, however many.
        let isContent = file.holeStart == nil && data == nil && file.lines.isInLine
        return isContent || run == 0 ? .text(zeros) : .hole(run)
    }

    /// How many of the `count` bytes behind the file's position begin a character of two bytes, and don't end it.
    private func begunUnit(after count: Int, of file: TailedFile) -> Int {
        Int((file.cursor.position + UInt64(count)) % UInt64(file.lines.encoding?.unitBytes ?? 1))
    }

    /// Passes a hole or a part of one, which is told when text comes behind it.
    func pass(_ run: Int, of file: TailedFile, _ handle: FileHandle) {
        if file.holeStart == nil {
            self.finishLines(of: file)
            self.finishGroups(of: file)
            file.holeStart = file.cursor.position
        }
        let position = file.cursor.position
        let data = handle.dataBehindHole(in: position..<position + UInt64(run)) ?? position
        // `.max` if what stood behind the hole was cut off just now.
        file.cursor.skipZeros(data == .max ? UInt64(run) : max(UInt64(run), data - min(data, position)))
        file.cursor.linesEnded(pendingBytes: Int(file.cursor.position - (file.holeStart ?? position)))
        file.knownSize = max(file.knownSize, file.cursor.position)
        file.lastRead = self.now()
    }

    /// Tells a hole that has ended.
    func tellHole(of file: TailedFile) {
        guard let start = file.holeStart else { return }
        file.holeStart = nil
        self.tell(
            RotationGap(reason: .hole, path: file.path, offset: start, count: file.cursor.position - start), of: file)
        file.cursor.linesEnded(pendingBytes: 0)
        file.lines.restart(at: file.cursor.position, mark: file.lines.encoding)
        self.noteChanged(file)
    }
}
