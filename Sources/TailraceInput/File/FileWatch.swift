import CLinux
import Glibc

/// An inotify instance (inotify(7)).
final class FileWatch {
    struct Event {
        /// -1 for an overflow.
        var watch: Int32
        var mask: UInt32
        /// Of the entry in a watched folder; nil for the watched file or folder itself.
        var name: [UInt8]?

        func has(_ flag: some BinaryInteger) -> Bool { self.mask & UInt32(truncatingIfNeeded: flag) != 0 }
    }

    /// Readable when there are events.
    let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Names that come, go and change their permissions; the folder itself that goes.
    static let folderMask =
        UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE) | UInt32(IN_ATTRIB)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
    /// Bytes that come or go, links that go, and the move itself.
    static let fileMask = UInt32(IN_MODIFY) | UInt32(IN_ATTRIB) | UInt32(IN_MOVE_SELF) | UInt32(IN_DELETE_SELF)

    init() throws(SystemError) {
        self.descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard self.descriptor >= 0 else { throw SystemError.last }
    }

    deinit { close(self.descriptor) }

    func add(folder: FilePath) throws(SystemError) -> Int32 {
        let watch = folder.withCString { inotify_add_watch(self.descriptor, $0, Self.folderMask) }
        guard watch >= 0 else { throw SystemError.last }
        return watch
    }

    /// Watches the very file that is open, whatever its name is by now.
    func add(file handle: FileHandle) throws(SystemError) -> Int32 {
        let watch = inotify_add_watch(self.descriptor, "/proc/self/fd/\(handle.number)", Self.fileMask)
        guard watch >= 0 else { throw SystemError.last }
        return watch
    }

    func remove(_ watch: Int32) { _ = inotify_rm_watch(self.descriptor, watch) }

    /// Hands over all waiting events, at most as many as the kernel's queue holds by default.
    func drain(_ body: (Event) -> Void) {
        for _ in 0..<Self.maxReads {
            let count = self.buffer.withUnsafeMutableBytes { read(self.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            self.deliver(count, body)
            if count < self.buffer.count / 2 { return }
        }
    }

    /// 16,384 queued events of at most 272 bytes fit in 70 buffers; without a bound a busy folder would hold up
    /// reading.
    private static let maxReads = 70

    /// ```
    /// [watch i32][mask u32][cookie u32][length u32][name, padded with NUL to length] …
    /// ```
    private func deliver(_ count: Int, _ body: (Event) -> Void) {
        let headBytes = 16
        var index = 0
        while index + headBytes <= count {
            let (watch, mask, length) = self.buffer.withUnsafeBytes { raw in
                (
                    raw.loadUnaligned(fromByteOffset: index, as: Int32.self),
                    raw.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self),
                    Int(raw.loadUnaligned(fromByteOffset: index + 12, as: UInt32.self))
                )
            }
            let name = index + headBytes
            guard length <= count - name else { return }
            body(
                Event(
                    watch: watch, mask: mask,
                    name: length == 0 ? nil : Array(self.buffer[name..<name + length].prefix { $0 != 0 })))
            index = name + length
        }
    }
}
