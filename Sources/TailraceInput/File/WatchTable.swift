import Glibc

/// Which folders and files inotify tells about, and which must be polled because it can't.
final class WatchTable {
    /// What a batch of events means.
    struct News {
        /// Files that were written, truncated, unlinked or moved.
        var files: [TailedFile] = []
        /// Files of which a path may have another owner now.
        var moved: [TailedFile] = []
        /// Files whose last name and handle are gone.
        var gone: [TailedFile] = []
        /// Paths that came, went or changed their permissions.
        var paths: Set<FilePath> = []
        /// Events were lost, or a watched folder went: everything has to be looked at.
        var isIncomplete = false
    }

    /// Why something has to be polled, for people; nil if nothing has.
    private(set) var limitation: String?
    private(set) var hasPolledFolders = false
    /// nil where the kernel has no inotify or no instance left.
    private let watch: FileWatch?
    private let files: any FileSystem

    private var watchesByFolder: [FilePath: Int32] = [:]
    private var foldersByWatch: [Int32: Set<FilePath>] = [:]
    private var filesByWatch: [Int32: TailedFile] = [:]
    private var remoteTypes: [UInt64: String?] = [:]

    init(_ watch: FileWatch?, limitation: String?, files: any FileSystem) {
        self.watch = watch
        self.limitation = limitation
        self.files = files
    }

    var watchedFiles: Int { self.filesByWatch.count }

    /// To be polled beside the stop signal; -1 (which poll(2) skips) if there is none.
    var descriptor: Int32 { self.watch?.descriptor ?? -1 }

    /// Watches exactly these folders. Adding a folder again is how a replaced one is noticed.
    ///
    /// - Returns: true if a watch is new: what came into that folder since it was listed has not been announced.
    @discardableResult
    func setFolders(_ wanted: Set<FilePath>) -> Bool {
        var isAnyNew = false
        for (folder, watch) in self.watchesByFolder where !wanted.contains(folder) { self.drop(folder, watch) }
        self.hasPolledFolders = false
        for folder in wanted {
            let old = self.watchesByFolder[folder]
            let new = self.add(folder)
            if let old, old != new { self.drop(folder, old) }
            if let new {
                if old != new { isAnyNew = true }
                self.watchesByFolder[folder] = new
                self.foldersByWatch[new, default: []].insert(folder)
            } else {
                self.hasPolledFolders = true
            }
        }
        return isAnyNew
    }

    /// Watches one folder more until the next `setFolders`.
    func addFolder(_ folder: FilePath) {
        guard self.watchesByFolder[folder] == nil else { return }
        guard let watch = self.add(folder) else {
            self.hasPolledFolders = true
            return
        }
        self.watchesByFolder[folder] = watch
        self.foldersByWatch[watch, default: []].insert(folder)
    }

    /// Watches an open file, or leaves `file.watch` nil.
    func add(_ file: TailedFile) {
        guard file.watch == nil, let watch = self.watch, let handle = file.handle, !self.isRemote(file.facts) else {
            return
        }
        do throws(SystemError) {
            let number = try watch.add(file: handle)
            file.watch = number
            self.filesByWatch[number] = file
        } catch {
            self.note(error)
        }
    }

    func remove(_ file: TailedFile) {
        guard let number = file.watch else { return }
        file.watch = nil
        if self.filesByWatch[number] === file {
            self.filesByWatch[number] = nil
            self.watch?.remove(number)
        }
    }

    func isRemote(_ facts: FileFacts) -> Bool {
        if let known = self.remoteTypes[facts.key.device] { return known != nil }
        let type = self.files.remoteType(of: facts)
        self.remoteTypes[facts.key.device] = .some(type)
        return type != nil
    }

    func news() -> News {
        var news = News()
        self.watch?.drain { self.note($0, in: &news) }
        return news
    }

    private func note(_ event: FileWatch.Event, in news: inout News) {
        if event.has(IN_Q_OVERFLOW) {
            news.isIncomplete = true
        } else if let file = self.filesByWatch[event.watch] {
            if event.has(IN_IGNORED) {
                self.filesByWatch[event.watch] = nil
                file.watch = nil
                news.gone.append(file)
            } else if event.has(IN_MOVE_SELF) || event.has(IN_ATTRIB) {
                news.moved.append(file)
            }
            news.files.append(file)
        } else if let folders = self.foldersByWatch[event.watch] {
            guard let name = event.name else {
                self.noteFolder(event, folders)
                news.isIncomplete = true
                return
            }
            for folder in folders { news.paths.insert(folder.appending(name)) }
        }
    }

    /// The folder itself was moved, removed or changed: its watch would follow it to its new name.
    private func noteFolder(_ event: FileWatch.Event, _ folders: Set<FilePath>) {
        guard event.has(IN_IGNORED) || event.has(IN_MOVE_SELF) else { return }
        for folder in folders where self.watchesByFolder[folder] == event.watch { self.watchesByFolder[folder] = nil }
        self.foldersByWatch[event.watch] = nil
        if !event.has(IN_IGNORED) { self.watch?.remove(event.watch) }
    }

    private func add(_ folder: FilePath) -> Int32? {
        guard let watch = self.watch, let facts = try? self.files.facts(of: folder, followingLinks: true),
            !self.isRemote(facts)
        else { return nil }
        do throws(SystemError) {
            return try watch.add(folder: folder)
        } catch {
            self.note(error)
            return nil
        }
    }

    private func drop(_ folder: FilePath, _ watch: Int32) {
        if self.watchesByFolder[folder] == watch { self.watchesByFolder[folder] = nil }
        self.foldersByWatch[watch]?.remove(folder)
        if self.foldersByWatch[watch]?.isEmpty == true {
            self.foldersByWatch[watch] = nil
            self.watch?.remove(watch)
        }
    }

    private func note(_ error: SystemError) {
        guard error.code == ENOSPC || error.code == ENOMEM else { return }
        self.limitation =
            "the limit of inotify watches is reached, so some files are polled; raise fs.inotify.max_user_watches"
    }
}
