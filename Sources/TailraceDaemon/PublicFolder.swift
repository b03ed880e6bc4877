internal import Glibc

/// Finds the page's files when the configuration does not say where they are.
enum PublicFolder {
    private static let installed = "/usr/share/tailrace/public"
    /// From `.build/<triple>/release/tailrace` up to the checkout that holds `public`.
    private static let maxLevelsUp = 5

    /// The configured folder; else the nearest `public` above the binary, or the installed one.
    static func find(configured: String?) -> String {
        if let configured { return configured }
        var folder = Self.executableFolder()
        for _ in 0..<Self.maxLevelsUp where !folder.isEmpty {
            let candidate = folder + "/public"
            if access(candidate + "/index.html", R_OK) == 0 { return candidate }
            folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        }
        return Self.installed
    }

    private static func executableFolder() -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? -1
            }
        }
        guard count > 0 else { return "" }
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
