import Glibc

/// Folders and the paths in them.
enum FolderPath {
    struct Failure: Error {
        var reason: String
        var isMissing: Bool
    }

    /// The folder of a file with its last slash; empty for a bare name.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// A path as seen from the folder of a file.
    static func resolve(_ path: String, besides file: String) -> String {
        path.hasPrefix("/") ? path : Self.folder(of: file) + path
    }

    /// Makes a folder for this user only, and the parents it lacks; nil, or why it could not.
    static func make(_ folder: String) -> String? {
        var path = ""
        for name in folder.split(separator: "/") {
            path += "/" + name
            if mkdir(path, 0o700) == 0 || errno == EEXIST || errno == EISDIR { continue }
            let reason = errno
            if !FileAccess.isFolder(path) { return String(cString: strerror(reason)).lowercased() }
        }
        return FileAccess.isFolder(folder) ? nil : "it is not a folder"
    }

    /// The names in a folder, in no order, without `.` and `..`.
    static func names(in folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else {
            throw Failure(reason: String(cString: strerror(errno)).lowercased(), isMissing: errno == ENOENT)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
