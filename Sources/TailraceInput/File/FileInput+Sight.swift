/// Looking for a line that somebody misses.
extension FileInput {
    /// The files that changed last are looked into, each to this far from its end.
    private static let maxSearchedFiles = 64
    private static let maxSearchedBytes: UInt64 = 1 << 20

    package func sight(of missed: MissedLine) -> SourceSight {
        let files = SystemFiles()
        if let file = missed.file { return self.sight(ofFile: FilePath(file), line: missed.line, files) }
        guard let line = missed.line, !line.isEmpty else { return .absent(reason: "there is no line to look for") }
        let walk = GlobWalk(self.fileOptions.patterns, exclude: self.fileOptions.exclude, files: files)
        var refused: (path: FilePath, error: SystemError)? = walk.problems.min { $0.key < $1.key }.map { ($0, $1) }
        let recent = walk.found.compactMap { path in
            (try? files.facts(of: path, followingLinks: true)).map { (path: path, facts: $0) }
        }.filter { $0.facts.kind == .regular }.sorted { $0.facts.modified > $1.facts.modified }
        for file in recent.prefix(Self.maxSearchedFiles) {
            do throws(SystemError) {
                if let offset = try Self.offset(of: line, in: file.path, size: file.facts.size, files) {
                    return .found(file: file.path.text, offset: offset)
                }
            } catch { if refused == nil { refused = (file.path, error) } }
        }
        if let refused {
            return .unreadable(
                file: refused.path.text, hint: AccessHint.text(refused.path, refused.error, files: files))
        }
        let count = min(recent.count, Self.maxSearchedFiles)
        return .absent(
            reason: count == 0
                ? "no file matches \(self.fileOptions.patterns.map(\.text).joined(separator: ", "))"
                : "it does not stand in the last MiB of its \(count) newest files")
    }

    private func sight(ofFile path: FilePath, line: [UInt8]?, _ files: SystemFiles) -> SourceSight {
        guard self.fileOptions.patterns.contains(where: { $0.matches(path) }) else {
            let patterns = self.fileOptions.patterns.map(\.text).joined(separator: ", ")
            return .leftOut(reason: "paths (\(patterns)) do not match it")
        }
        if self.fileOptions.exclude.contains(where: { $0.matches(path) }) {
            return .leftOut(reason: "exclude matches it")
        }
        do throws(SystemError) {
            let facts = try files.facts(of: path, followingLinks: true)
            guard facts.kind == .regular else { return .leftOut(reason: "it is a \(facts.kind.rawValue), not a file") }
            guard let line, !line.isEmpty else {
                files.close(try files.open(path))
                return .follows(file: path.text)
            }
            if let offset = try Self.offset(of: line, in: path, size: facts.size, files) {
                return .found(file: path.text, offset: offset)
            }
            return .absent(reason: "the line does not stand in the last MiB of the file")
        } catch {
            if error.isMissing { return .absent(reason: "\(path.text) does not exist") }
            return .unreadable(file: path.text, hint: AccessHint.text(path, error, files: files))
        }
    }

    /// Where the line's last occurrence begins, within reach of the file's end.
    private static func offset(
        of line: [UInt8], in path: FilePath, size: UInt64, _ files: SystemFiles
    ) throws(SystemError) -> UInt64? {
        let handle = FileHandle(try files.open(path), of: files)
        let start = size > Self.maxSearchedBytes ? size - Self.maxSearchedBytes : 0
        let wanted = Int(size - start)
        var bytes = [UInt8](repeating: 0, count: wanted)
        var read = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while read < wanted {
            let count = try files.read(
                handle.number, into: &chunk, count: min(chunk.count, wanted - read), at: start + UInt64(read))
            if count == 0 { break }
            bytes.replaceSubrange(read..<read + count, with: chunk[..<count])
            read += count
        }
        return Self.lastIndex(of: line, in: bytes[..<read]).map { start + UInt64($0) }
    }

    private static func lastIndex(of line: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = line.first, bytes.count >= line.count else { return nil }
        var index = bytes.count - line.count
        while index >= 0 {
            if bytes[index] == first, bytes[index..<index + line.count].elementsEqual(line) { return index }
            index -= 1
        }
        return nil
    }
}
