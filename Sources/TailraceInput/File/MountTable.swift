import Glibc

/// Which file systems are shared with other machines, whose writes inotify does not see.
enum MountTable {
    /// From `/proc/self/mountinfo` (proc(5)); read anew each time, since it is asked once per newly found file system.
    ///
    /// ```
    /// 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/sda1 rw
    ///       major:minor                                   type
    /// ```
    static func remoteType(device: UInt64) -> String? {
        guard let table = Self.text else { return nil }
        let wanted = "\(device >> 32):\(device & 0xffff_ffff)"
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == wanted, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            let type = String(words[dash + 1])
            return Self.isRemote(type) ? type : nil
        }
        return nil
    }

    /// Every FUSE file system counts: the daemon behind it may change files without the kernel knowing.
    static func isRemote(_ type: String) -> Bool {
        let remote: Set<String> = [
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "lustre", "glusterfs", "gpfs", "ocfs2", "gfs2",
            "beegfs", "virtiofs", "vboxsf", "prl_fs",
        ]
        return remote.contains(type) || type == "fuse" || type.hasPrefix("fuse.") || type == "fuseblk"
    }

    private static var text: String? {
        let handle = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return nil }
        defer { close(handle) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < Self.maxBytes {
            let count = chunk.withUnsafeMutableBytes { read(handle, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A container host has some thousand mounts of about 200 bytes each.
    private static let maxBytes = 4 << 20
}
