/// One look at the file system: what the patterns match now, and the folders in which that can change.
struct GlobWalk {
    /// Matched paths in order, each once; folders are left out.
    private(set) var found: [FilePath] = []
    /// Folders to watch for names that come and go.
    private(set) var folders: Set<FilePath> = []
    /// Folders that could not be read, and why.
    private(set) var problems: [FilePath: SystemError] = [:]
    /// Whether a limit cut the walk short.
    private(set) var isCutShort = false

    private let files: any FileSystem
    private let exclude: [ExcludePattern]
    private var seen: Set<FilePath> = []

    /// Far more than a log folder holds; a pattern that starts at `/**` must not walk the disk for ever.
    static let maxFolders = 20_000
    /// What one input can follow, at about 2 KiB of memory each.
    static let maxFiles = 200_000
    /// `**` goes no deeper: a mount loop ends here.
    static let maxDepth = 32

    init(_ patterns: [GlobPattern], exclude: [ExcludePattern], files: any FileSystem) {
        self.files = files
        self.exclude = exclude
        for pattern in patterns { self.walk(pattern.components[...], at: .root, depth: 0) }
        self.found.sort()
        self.seen = []
    }

    private mutating func walk(_ components: ArraySlice<GlobPattern.Component>, at folder: FilePath, depth: Int) {
        guard let component = components.first, depth <= Self.maxDepth else { return }
        let rest = components.dropFirst()
        switch component {
        case .literal(let name): self.walkLiteral(folder.appending(name), rest, in: folder, depth: depth)
        case .wildcard(let wildcard):
            for entry in self.list(folder) where wildcard.matches(entry.name[...]) {
                let path = folder.appending(entry.name)
                if rest.isEmpty {
                    if entry.kind != .directory { self.add(path) }
                } else if self.isFolder(path, entry.kind) {
                    self.walk(rest, at: path, depth: depth + 1)
                }
            }
        case .folders:
            self.walk(rest, at: folder, depth: depth)
            // Links are not followed here: they could lead back up.
            for entry in self.list(folder) where entry.kind == .directory && entry.name.first != UInt8(ascii: ".") {
                self.walk(components, at: folder.appending(entry.name), depth: depth + 1)
            }
        }
    }

    private mutating func walkLiteral(
        _ path: FilePath, _ rest: ArraySlice<GlobPattern.Component>, in folder: FilePath, depth: Int
    ) {
        do throws(SystemError) {
            let facts = try self.files.facts(of: path, followingLinks: false)
            if rest.isEmpty {
                self.watch(folder)
                self.add(path)
            } else {
                // A folder behind a link is switched by changing the link, which is seen in the folder that holds it.
                if facts.kind == .link { self.watch(folder) }
                self.walk(rest, at: path, depth: depth + 1)
            }
        } catch {
            self.watch(folder)
            if !error.isMissing { self.problems[path] = error }
        }
    }

    private mutating func list(_ folder: FilePath) -> [DirectoryEntry] {
        self.watch(folder)
        do throws(SystemError) {
            return try self.files.entries(of: folder)
        } catch {
            if !error.isMissing { self.problems[folder] = error }
            return []
        }
    }

    private func isFolder(_ path: FilePath, _ kind: DirectoryEntry.Kind) -> Bool {
        switch kind {
        case .directory: true
        case .link: (try? self.files.facts(of: path, followingLinks: true))?.kind == .directory
        case .other: false
        }
    }

    private mutating func watch(_ folder: FilePath) {
        guard self.folders.count < Self.maxFolders else {
            self.isCutShort = true
            return
        }
        self.folders.insert(folder)
    }

    private mutating func add(_ path: FilePath) {
        guard !self.exclude.contains(where: { $0.matches(path) }), self.seen.insert(path).inserted else { return }
        guard self.found.count < Self.maxFiles else {
            self.isCutShort = true
            return
        }
        self.found.append(path)
    }
}
