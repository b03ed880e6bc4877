internal import Glibc

/// Reads a folder of files for the asset table.
///
/// Symbolic links and dot files are left out, so that neither a link out of the folder nor an editor's leftovers or a
/// `.git` are ever served.
enum AssetFolder {
    struct File {
        /// `/js/app.js`
        var path: String
        var bytes: [UInt8]
    }

    struct Reading {
        var files: [File] = []
        var skipped: [String] = []
        var problem: String?
        fileprivate var totalBytes = 0
    }

    /// The page has some dozens.
    static let maxFiles = 1024
    /// All of it stays in memory.
    static let maxTotalBytes = 64 * 1024 * 1024
    static let maxDepth = 8

    static func read(_ folder: String) -> Reading {
        var reading = Reading()
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            reading.problem =
                "cannot open the folder \(folder): \(Self.lastError); point [server] public to the folder of the page"
            return reading
        }
        Self.visit(descriptor, prefix: "/", depth: 0, &reading)
        return reading
    }

    /// Takes the descriptor over.
    private static func visit(_ descriptor: Int32, prefix: String, depth: Int, _ reading: inout Reading) {
        guard let directory = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name, !name.hasPrefix(".") else { continue }
            Self.take(name, in: descriptor, path: prefix + name, depth: depth, &reading)
        }
    }

    private static func take(_ name: String, in parent: Int32, path: String, depth: Int, _ reading: inout Reading) {
        // Not blocking, so that a pipe in the folder can't hold us up.
        let descriptor = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            reading.skipped.append("\(path): \(errno == ELOOP ? "a symbolic link" : Self.lastError)")
            if descriptor >= 0 { close(descriptor) }
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR, depth < Self.maxDepth {
            Self.visit(descriptor, prefix: path + "/", depth: depth + 1, &reading)
            return
        }
        defer { close(descriptor) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            reading.skipped.append("\(path): not a regular file, or too deep")
            return
        }
        let left = Self.maxTotalBytes - reading.totalBytes
        guard reading.files.count < Self.maxFiles, let bytes = Self.contents(descriptor, limit: left) else {
            reading.skipped.append(
                "\(path): unreadable, or beyond \(Self.maxFiles) files or \(Self.maxTotalBytes) bytes")
            return
        }
        reading.totalBytes += bytes.count
        reading.files.append(File(path: path, bytes: bytes))
    }

    /// Nil where the file can't be read or is larger than the limit.
    private static func contents(_ descriptor: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0, bytes.count + count <= limit else { return nil }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
