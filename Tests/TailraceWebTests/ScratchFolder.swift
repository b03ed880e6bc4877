import Glibc

/// A folder that goes away with its last reference.
final class ScratchFolder {
    struct Failed: Error { var code: Int32 }

    let path: String

    init() throws {
        var template = Array("/tmp/tailrace-web-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failed(code: errno) }
        self.path = String(cString: made)
    }

    deinit { Self.remove(self.path) }

    func write(_ name: String, _ text: String) throws {
        let parts = name.split(separator: "/")
        var folder = self.path
        for part in parts.dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o700)
        }
        guard let file = fopen("\(self.path)/\(name)", "w") else { throw Failed(code: errno) }
        defer { fclose(file) }
        fwrite(Array(text.utf8), 1, text.utf8.count, file)
    }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != "..", unlink("\(path)/\(name)") != 0 { Self.remove("\(path)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
