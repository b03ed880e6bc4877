import CLinux
import Glibc

/// A file's name for life: the key of its checkpoint.
///
/// Where the file system has handles it is `handle:<file system>:<type>:<handle>`: a handle holds the inode and its
/// generation, so a file that is given a freed inode gets another identity. Elsewhere (overlayfs, some FUSE) it is
/// `inode:<device>:<inode>:<birth>`, and where there is no birth time either, only content tells files apart.
struct FileIdentity: Sendable, Hashable {
    let text: String

    init(text: String) { self.text = text }

    init(handle: Int32, facts: FileFacts) {
        if let kernelHandle = Self.kernelHandle(of: handle) {
            self.text = "handle:\(kernelHandle)"
        } else {
            let device = String(facts.key.device, radix: 16)
            self.text = "inode:\(device):\(facts.key.inode):\(facts.birth)"
        }
    }

    /// `name_to_handle_at(2)`, which needs no privilege. The file system's id comes from its UUID on ext4, btrfs and
    /// tmpfs, so it stays when the device number changes.
    private static func kernelHandle(of descriptor: Int32) -> String? {
        // struct file_handle { unsigned int handle_bytes; int handle_type; unsigned char f_handle[]; }
        let headBytes = 8
        let maxHandleBytes = 128  // MAX_HANDLE_SZ
        return withUnsafeTemporaryAllocation(byteCount: headBytes + maxHandleBytes, alignment: 8) { raw in
            guard let base = raw.baseAddress else { return nil }
            base.storeBytes(of: UInt32(maxHandleBytes), as: UInt32.self)
            var mount: Int32 = 0
            let result = name_to_handle_at(
                descriptor, "", base.assumingMemoryBound(to: file_handle.self), &mount, AT_EMPTY_PATH)
            var volume = statvfs()
            guard result == 0, fstatvfs(descriptor, &volume) == 0 else { return nil }
            let length = min(Int(base.load(as: UInt32.self)), maxHandleBytes)
            let type = base.load(fromByteOffset: 4, as: Int32.self)
            let hex = Self.hex(UnsafeRawBufferPointer(rebasing: raw[headBytes..<headBytes + length]))
            return "\(String(volume.f_fsid, radix: 16)):\(type):\(hex)"
        }
    }

    private static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
