/// A listing of a folder, by what files are looked for: their inode, or the name they were rotated away from.
struct FolderIndex {
    private var namesByInode: [UInt64: [[UInt8]]] = [:]
    private var rotationsByBase: [[UInt8]: [[UInt8]]] = [:]
    private var compressedByBase: [[UInt8]: [[UInt8]]] = [:]

    init(_ folder: FilePath, files: any FileSystem) {
        // A folder that can't be listed has nothing to offer; that it can't is told where it is scanned.
        for entry in (try? files.entries(of: folder)) ?? [] where entry.kind != .directory {
            self.namesByInode[entry.inode, default: []].append(entry.name)
            if let name = RotatedName.uncompressed(entry.name[...]) {
                guard RotatedName.isGzip(entry.name[...]) else { continue }
                for base in [Array(name)] + RotatedName.bases(of: name) {
                    self.compressedByBase[base, default: []].append(entry.name)
                }
                continue
            }
            for base in RotatedName.bases(of: entry.name[...]) {
                self.rotationsByBase[base, default: []].append(entry.name)
            }
        }
    }

    /// The names that rotated files were moved away from.
    var bases: [[UInt8]] { Array(self.rotationsByBase.keys) }

    func names(inode: UInt64) -> [[UInt8]] { self.namesByInode[inode] ?? [] }
    func rotations(of base: ArraySlice<UInt8>) -> [[UInt8]] { self.rotationsByBase[Array(base)] ?? [] }
    /// The names of rotated files that were compressed since.
    func compressed(of base: ArraySlice<UInt8>) -> [[UInt8]] { self.compressedByBase[Array(base)] ?? [] }
}
