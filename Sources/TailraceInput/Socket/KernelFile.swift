import Glibc

/// Small files that the kernel makes up, below `/proc`.
enum KernelFile {
    /// The first 4096 bytes without the final newline; nil if it can't be read.
    static func text(_ path: String) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { return nil }
        let file = OwnedDescriptor(number)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file.number, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        bytes.removeLast(bytes.count - count)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }
}
