import Glibc
import TailraceEvent

extension FileTailer {
    /// Looks at everything the patterns match.
    func scan() {
        let started = self.now()
        self.needsScan = false
        let walk = self.walkWatched()
        self.noteProblems(of: walk, at: started)
        let found = Set(walk.found)
        for path in self.matched.keys where !found.contains(path) { self.missing(path) }
        for path in walk.found { self.examine(path) }
        for folder in walk.folders {
            for base in self.listing(folder).bases.map({ folder.appending($0) }).sorted() where self.isMatched(base) {
                self.lookForMissed(at: base)
            }
        }
        for (target, aliases) in self.pathsByTarget {
            guard !self.listing(target.directory).rotations(of: target.name).isEmpty else { continue }
            for alias in aliases { self.lookForMissed(at: alias) }
        }
        self.forgetPaths(notIn: found)
        self.sweepDrained()
        self.encodingNotices = self.encodingNotices.filter { found.contains($0.key) }
        self.problems.keep { found.contains($0) || walk.problems[$0] != nil || $0 == Self.limitPlace }
        // A scan of a huge tree must not become all that is done.
        let cost = self.now() - started
        self.nextSweep = self.now() + max(Self.sweep, cost * 50)
    }

    /// Lists the folders while they are watched, so that no file can come between the listing and the watch unseen.
    private func walkWatched() -> GlobWalk {
        func walk() -> GlobWalk {
            GlobWalk(self.options.patterns, exclude: self.options.exclude, files: self.files)
        }
        let first = walk()
        let targets = self.pathsByTarget.keys.map(\.directory)
        guard self.watches.setFolders(first.folders.union(targets)) else { return first }
        let second = walk()
        // Folders that came meanwhile get their watch with the scan that their own announcement brings.
        if second.folders != first.folders { self.needsScan = true }
        return second
    }

    /// Stands for the input as a whole among the paths with problems.
    static let limitPlace = FilePath("")

    private func noteProblems(of walk: GlobWalk, at now: ContinuousClock.Instant) {
        for (path, error) in walk.problems {
            self.problems.set(path, AccessHint.text(path, error, files: self.files), now: now)
        }
        if walk.isCutShort {
            self.problems.set(
                Self.limitPlace,
                "the patterns match more than \(GlobWalk.maxFiles) files or \(GlobWalk.maxFolders) folders, "
                    + "the rest is not followed; narrow paths or add exclude",
                now: now)
        } else {
            self.problems.clear(Self.limitPlace)
        }
    }

    /// Something happened to the name at `path`.
    func noteChange(at path: FilePath) {
        for alias in self.pathsByTarget[path] ?? [] { self.touched.insert(alias) }
        for base in RotatedName.bases(of: path) {
            if self.isMatched(base) { self.rotated.insert(base) }
            for alias in self.pathsByTarget[base] ?? [] { self.rotated.insert(alias) }
        }
        if self.isMatched(path) {
            self.touched.insert(path)
        } else if self.options.patterns.contains(where: { $0.couldMatch(below: path) }) {
            self.needsScan = true
        }
    }

    func isMatched(_ path: FilePath) -> Bool {
        self.options.patterns.contains { $0.matches(path) } && !self.options.exclude.contains { $0.matches(path) }
    }

    /// The matched paths that lead, or led last, to a file.
    func paths(of file: TailedFile) -> Set<FilePath> {
        var paths = self.pathsByTarget[file.location] ?? []
        for path in [file.path, file.location] where self.matched[path] != nil { paths.insert(path) }
        return paths
    }

    /// Finds out which file stands at a matched path now.
    func examine(_ path: FilePath) {
        do throws(SystemError) {
            let facts = try self.factsFollowingLinks(of: path)
            switch facts.kind {
            case .regular where self.isCompressed(path, facts): self.leaveOut(path)
            case .regular: self.resolve(path, facts)
            case .directory: self.missing(path)
            case .link, .pipe, .socket, .device:
                self.missing(path)
                self.problems.set(
                    path,
                    "cannot follow \(path.text): it is a \(facts.kind.rawValue), not a file; leave it out with exclude",
                    isDegrading: self.isNamed(path), now: self.now())
            }
        } catch {
            if error.isMissing {
                self.problems.clear(path)
                self.missing(path)
            } else {
                // What is open is read on: only the way to it is closed.
                self.problems.set(path, AccessHint.text(path, error, files: self.files), now: self.now())
            }
            self.noteTarget(of: path)
        }
    }

    /// A symbolic link is followed if root or the owner of what it leads to made it, so that nobody can have the relay
    /// read out files they may not read themselves.
    private func factsFollowingLinks(of path: FilePath) throws(SystemError) -> FileFacts {
        let own = try self.files.facts(of: path, followingLinks: false)
        guard own.kind == .link else { return own }
        let target = try self.files.facts(of: path, followingLinks: true)
        guard own.owner == 0 || own.owner == target.owner || own.owner == geteuid() else {
            throw SystemError(code: EPERM)
        }
        return target
    }

    /// Rotated files that are compressed hold what was read before, or what `Compressed` reads from them.
    private func isCompressed(_ path: FilePath, _ facts: FileFacts) -> Bool {
        guard RotatedName.isCompressed(path.name), self.matched[path]?.current == nil else { return false }
        // What is empty is about to be filled.
        guard facts.size > 0 else { return true }
        guard let number = try? self.files.open(path) else { return false }
        return !self.probe.isText(FileHandle(number, of: self.files))
    }

    private func leaveOut(_ path: FilePath) {
        self.missing(path)
        guard self.isNamed(path) else { return self.problems.clear(path) }
        self.problems.set(
            path,
            "cannot follow \(path.text): it is compressed; name the log it was rotated from, whose compressed files "
                + "are read where they are needed",
            now: self.now())
    }

    /// A link that leads nowhere, or to what may not be read: the folder of what it names tells when that changes.
    private func noteTarget(of path: FilePath) {
        var target = path
        for _ in 0..<Self.maxLinks {
            guard let next = self.files.target(of: target) else { break }
            target = next
        }
        guard target != path, self.matched[path]?.target != target,
            (try? self.files.facts(of: target.directory, followingLinks: true)) != nil
        else { return }
        self.forgetTarget(of: path)
        self.matched[path, default: MatchedPath()].target = target
        self.pathsByTarget[target, default: []].insert(path)
        self.watches.addFolder(target.directory)
        // It may have come before its folder was watched.
        self.touched.insert(path)
    }

    /// As many as anybody chains; the kernel follows 40.
    private static let maxLinks = 8

    /// Whether the configuration names the path itself, not just a pattern it fits.
    private func isNamed(_ path: FilePath) -> Bool { self.options.patterns.contains { $0.literalPath == path } }

    private func resolve(_ path: FilePath, _ facts: FileFacts) {
        if let current = self.matched[path]?.current, current.facts.isSameFile(as: facts) {
            current.seen = Timestamp.now().nanoseconds
            if facts.size != current.cursor.position || self.problems.byPath[path] != nil { self.enqueue(current) }
            if current.handle != nil { self.problems.clear(path) }
            return
        }
        if self.followed(facts) == nil {
            // If this was just rotated away from another path, that path says what has to be read before it.
            for base in RotatedName.bases(of: path) where self.isMatched(base) {
                self.examine(base)
                self.lookForMissed(at: base)
            }
        }
        if let known = self.followed(facts) {
            self.attach(known, to: path)
        } else if let candidate = self.open(path) {
            self.detach(path)
            self.adopt(candidate, at: path)
        } else {
            if self.problems.byPath[path] != nil { self.matched[path, default: MatchedPath()].refused = facts.key }
            self.noteTarget(of: path)
        }
    }

    /// The followed file with these facts. A file without handle and watch may have been removed and its inode given
    /// away.
    func followed(_ facts: FileFacts) -> TailedFile? {
        guard let known = self.filesByKey[facts.key] else { return nil }
        if known.facts.isSameFile(as: facts) { return known }
        self.noteGone(known)
        return nil
    }

    /// Opens what stands at a path, or notes why not.
    func open(_ path: FilePath) -> Candidate? {
        do throws(SystemError) {
            let handle = FileHandle(try self.files.open(path), of: self.files)
            let facts = try self.files.facts(of: handle.number)
            guard facts.kind == .regular else { return nil }
            if RotatedName.isGzip(path.name), !self.probe.isText(handle) {
                handle.inflate(size: facts.size, limits: self.options.inflate)
            }
            guard !self.own.contains(handle, facts) else {
                self.problems.set(path, OwnFiles.problem(path), now: self.now())
                return nil
            }
            return Candidate(
                handle: handle, facts: facts, identity: self.files.identity(of: handle.number, facts: facts), path: path
            )
        } catch {
            if !error.isMissing {
                self.problems.set(path, AccessHint.text(path, error, files: self.files), now: self.now())
            }
            return nil
        }
    }

    /// Makes `file` the one that stands at `path`.
    func attach(_ file: TailedFile, to path: FilePath) {
        guard self.matched[path]?.current !== file else { return }
        self.detach(path)
        self.suspects[path] = nil
        self.problems.clear(path)
        self.forgetTarget(of: path)
        self.matched[path, default: MatchedPath()].current = file
        self.matched[path]?.setLatest(file)
        self.matched[path]?.target = nil
        self.matched[path]?.refused = nil
        file.attachments += 1
        file.detachedAt = nil
        file.isDrained = false
        file.seen = Timestamp.now().nanoseconds
        self.detached.removeAll { $0 === file }
        if path != file.path, file.renamedAt == nil, RotatedName.isRotation(path.name, of: file.path.name) {
            file.renamedAt = self.now()
            self.renamed.append(file)
        }
        if let handle = file.handle, let location = self.files.location(of: handle.number) { file.location = location }
        if file.location != path {
            self.matched[path]?.target = file.location
            self.pathsByTarget[file.location, default: []].insert(path)
            self.watches.addFolder(file.location.directory)
        }
        self.enqueue(file)
    }

    /// Nothing stands at `path`.
    func missing(_ path: FilePath) {
        self.suspects[path] = nil
        self.detach(path)
    }

    /// The file that stood at `path` does so no more; it is read on until it is idle.
    func detach(_ path: FilePath) {
        guard let file = self.matched[path]?.current else { return }
        self.matched[path]?.current = nil
        file.attachments -= 1
        guard file.isDetached, !file.isForgotten else { return }
        if let handle = file.handle, let location = self.files.location(of: handle.number) { file.location = location }
        self.startDraining(file)
    }

    func startDraining(_ file: TailedFile) {
        file.detachedAt = self.now()
        if !self.detached.contains(where: { $0 === file }) { self.detached.append(file) }
        self.enqueue(file)
    }

    /// Paths that match no more are kept while a file that stood there is, since what comes next follows it.
    private func forgetPaths(notIn found: Set<FilePath>) {
        for (path, matched) in self.matched where !found.contains(path) && matched.current == nil {
            guard matched.latest?.isForgotten ?? true else { continue }
            self.forgetTarget(of: path)
            self.matched[path] = nil
        }
    }

    /// A link that leads nowhere is still watched for its target to come back, until another target or no link is
    /// there.
    private func forgetTarget(of path: FilePath) {
        guard let target = self.matched[path]?.target else { return }
        self.pathsByTarget[target]?.remove(path)
        if self.pathsByTarget[target]?.isEmpty == true { self.pathsByTarget[target] = nil }
    }
}

/// A file that was opened and is not followed yet.
struct Candidate {
    var handle: FileHandle
    var facts: FileFacts
    var identity: FileIdentity
    var path: FilePath
}
