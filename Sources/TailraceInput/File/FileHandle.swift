/// An open file, closed with its last reference.
///
/// Confined to one thread.
final class FileHandle {
    let number: Int32
    /// What is read instead of the file's own bytes, if they are compressed.
    private(set) var inflated: InflatedContent?
    private let files: any FileSystem

    init(_ number: Int32, of files: any FileSystem) {
        self.number = number
        self.files = files
    }

    deinit { self.files.close(self.number) }

    /// From now on offsets are those of the inflated bytes.
    func inflate(size: UInt64, limits: InflateLimits) {
        let (number, files) = (self.number, self.files)
        self.inflated = InflatedContent(size: size, limits: limits) { (buffer, count, offset) throws(SystemError) in
            try files.read(number, into: &buffer, count: count, at: offset)
        }
    }

    /// As `FileSystem.read`: less than `count` means the end was reached.
    func read(into buffer: inout [UInt8], count: Int, at offset: UInt64) throws(SystemError) -> Int {
        guard let inflated = self.inflated else {
            return try self.files.read(self.number, into: &buffer, count: count, at: offset)
        }
        return try inflated.read(into: &buffer, count: count, at: offset)
    }

    /// As `FileSystem.dataBehindHole`.
    func dataBehindHole(in range: Range<UInt64>) -> UInt64? {
        self.inflated == nil ? self.files.dataBehindHole(self.number, in: range) : nil
    }
}
