import Glibc

/// The files that the relay writes itself: its log, and its messages where they go to a file. Whoever read them would
/// be told what it says about what it was told.
struct OwnFiles {
    private let folder: FilePath?
    private let files: any FileSystem

    init(folder: String?, files: any FileSystem) {
        self.folder = folder.map { FilePath($0) }
        self.files = files
    }

    func contains(_ handle: FileHandle, _ facts: FileFacts) -> Bool {
        let outputs = [STDOUT_FILENO, STDERR_FILENO].compactMap { try? self.files.facts(of: $0) }
        if outputs.contains(where: { $0.kind == .regular && $0.isSameFile(as: facts) }) { return true }
        // Asked anew each time: the log's folder may be made after the input was.
        guard let folder = self.folder, let own = try? self.files.facts(of: folder, followingLinks: true),
            let place = self.files.location(of: handle.number)?.directory,
            let here = try? self.files.facts(of: place, followingLinks: true)
        else { return false }
        return here.key == own.key
    }

    static func problem(_ path: FilePath) -> String {
        "cannot follow \(path.text): the relay writes this file itself and would read its own words without end; "
            + "leave it out with exclude"
    }
}
