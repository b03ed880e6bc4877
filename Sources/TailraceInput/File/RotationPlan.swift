/// What to do when another file stands at a path than the one that was read there, or the same one written anew: in
/// which order to read what is left.
///
/// Decides on values only; finding, opening and reading is the caller's.
struct RotationPlan {
    /// A file that was read at the path.
    struct Remembered: Sendable, Hashable {
        var identity: FileIdentity
        /// Counts the files that followed each other at the path.
        var generation: UInt64
        var birth: Int64
        var offset: UInt64
        /// Something was read of it, if only the start of a line, so that its content can be recognised.
        var isRecognisable: Bool
        var isDrained: Bool
        /// It is still being read, so nothing has to be done for it.
        var isFollowed: Bool
        /// More is known to have been in it than was read.
        var isBehind = false
        /// What it is called by now, if that is known.
        var name: [UInt8]?
        /// Wall clock nanoseconds of the last proof that it stood at the path.
        var seen: Int64 = 0
    }

    /// A file that stands at the path now, or near it, and is not being read.
    struct Found: Sendable, Hashable {
        var identity: FileIdentity
        var name: [UInt8]
        var birth: Int64
        var modified: Int64
        var size: UInt64
        var isCurrent: Bool
        /// Its name is that of a rotated file of this path.
        var isRotation: Bool
        /// It is read from its compressed form: born with that, changed when the file was.
        var isCompressed = false
        /// The remembered files whose content, up to where it was read, stands in this file: itself, or what it is a
        /// copy of.
        var holds: Set<FileIdentity>
        /// The remembered files that were read further than this file is long, and begin as it does: it may be a copy
        /// that was made while they were read on.
        var mayBeginAs: Set<FileIdentity> = []
        /// All that is in it is how the current file begins.
        var isCopyOfCurrent = false
        /// It is one of the remembered files, and what it holds now was written since somebody looked.
        var isRewritten = false
    }

    enum Loss: String, Sendable {
        /// It was written anew from its beginning.
        case truncated
        /// It is in none of the folders it could be in.
        case vanished
    }

    enum Step: Sendable, Hashable {
        /// Read `found` on from where `remembered` was left.
        case resume(found: Int, remembered: Int)
        case readWhole(found: Int)
        /// What was written to it after its offset is gone.
        case lost(remembered: Int, Loss)
        /// It is gone and was read to its end before.
        case forget(remembered: Int)

        /// What is read.
        var found: Int? {
            switch self {
            case .resume(let found, _), .readWhole(let found): found
            case .lost, .forget: nil
            }
        }

        var isLoss: Bool {
            switch self {
            case .resume, .readWhole: false
            case .lost, .forget: true
            }
        }
    }

    /// In the order of writing.
    private(set) var steps: [Step] = []

    private let remembered: [Remembered]
    private let found: [Found]
    private var used: Set<Int> = []

    /// Without a current file nothing counts as lost yet: what is missing may come back.
    ///
    /// Files at rotated names that were born before `since` (wall clock nanoseconds) are older than what was read and
    /// stay unread.
    init(remembered: [Remembered], found: [Found], since: Int64) {
        self.remembered = remembered
        self.found = found
        let order = remembered.indices.sorted { remembered[$0].generation < remembered[$1].generation }
        var last: Step?
        for index in order where !remembered[index].isFollowed {
            if let current = self.holder(of: index), found[current].isCurrent,
                found[current].identity == remembered[index].identity
            {
                last = .resume(found: current, remembered: index)
            } else {
                // A file that was only seen says nothing of how far the one before it was read.
                let isNewest = !remembered.contains {
                    $0.generation > remembered[index].generation && ($0.offset > 0 || $0.isFollowed)
                }
                self.settle(index, isNewest: isNewest)
            }
        }
        self.readBetween(order.last.map { remembered[$0] }, since: since)
        if let current = found.firstIndex(where: \.isCurrent) {
            let isFollowed = remembered.contains { $0.isFollowed && $0.identity == found[current].identity }
            if !isFollowed { self.steps.append(last ?? .readWhole(found: current)) }
        } else {
            self.steps = self.steps.filter { !self.mayComeBack($0) }
        }
    }

    /// What is not there may be later; what was written anew is gone for good.
    private func mayComeBack(_ step: Step) -> Bool {
        switch step {
        case .resume, .readWhole: false
        case .lost(let index, _), .forget(let index):
            !self.found.contains { $0.identity == self.remembered[index].identity }
        }
    }

    /// Where the content of a remembered file stands: best in that file itself.
    private func holder(of index: Int) -> Int? {
        let identity = self.remembered[index].identity
        let holders = self.found.indices.filter { self.found[$0].holds.contains(identity) }
        return holders.first { self.found[$0].identity == identity } ?? holders.first
    }

    /// The copy of a file that was read on before it was truncated: the first that was made since.
    private func shorterCopy(of index: Int) -> Int? {
        let identity = self.remembered[index].identity
        guard self.found.contains(where: { $0.identity == identity }) else { return nil }
        return self.found.indices.filter { index in
            let file = self.found[index]
            return file.mayBeginAs.contains(identity) && file.holds.isEmpty && !file.isCurrent
                && !file.isCopyOfCurrent && !self.used.contains(index)
        }.min { self.isOlder(self.found[$0], self.found[$1], byName: false) }
    }

    private mutating func settle(_ index: Int, isNewest: Bool) {
        let file = self.remembered[index]
        if let holder = self.holder(of: index), self.found[holder].identity == file.identity {
            self.used.insert(holder)
            let isDone =
                file.isDrained && (self.found[holder].isCompressed || self.found[holder].size == file.offset)
            if !isDone { self.steps.append(.resume(found: holder, remembered: index)) }
        } else if file.isRecognisable, let copy = self.holder(of: index) ?? self.shorterCopy(of: index) {
            let isNew = !self.isTaken(copy) && self.used.insert(copy).inserted
            self.steps.append(isNew ? .resume(found: copy, remembered: index) : .forget(remembered: index))
        } else if !file.isBehind && (file.isDrained || !isNewest) {
            self.steps.append(.forget(remembered: index))
        } else {
            let isThere = self.found.contains { $0.identity == file.identity }
            self.steps.append(.lost(remembered: index, isThere ? .truncated : .vanished))
        }
    }

    /// Whether what a file holds was read from it, or will be.
    private func isTaken(_ index: Int) -> Bool {
        let file = self.found[index]
        return self.remembered.contains {
            $0.identity == file.identity && ($0.isFollowed || file.holds.contains($0.identity))
        }
    }

    /// Files that came after the newest remembered one and were rotated away before anybody looked.
    private mutating func readBetween(_ newest: Remembered?, since: Int64) {
        let isSettled =
            newest.map { newest in
                newest.isRecognisable
                    && self.found.contains {
                        $0.isCurrent && $0.identity == newest.identity && $0.holds.contains(newest.identity)
                    }
            } ?? false
        let between = self.found.indices.filter { index in
            let file = self.found[index]
            let isLater = !isSettled && file.isRotation && self.isLater(file, than: newest, since: since)
            return (isLater || file.isRewritten) && !file.isCurrent && !file.isCopyOfCurrent
                && !self.used.contains(index) && file.holds.isEmpty
                && !self.remembered.contains { $0.isFollowed && $0.identity == file.identity }
        }
        let hasCompressed = between.contains { self.found[$0].isCompressed }
        for index in between.sorted(by: { self.isOlder(self.found[$0], self.found[$1], byName: hasCompressed) }) {
            self.used.insert(index)
            self.steps.append(.readWhole(found: index))
        }
    }

    /// Whether a file came to the path after the newest that is remembered.
    private func isLater(_ file: Found, than newest: Remembered?, since: Int64) -> Bool {
        guard file.isCompressed else {
            return file.birth == 0 ? file.modified >= since : file.birth >= max(since, newest?.birth ?? since)
        }
        guard let newest else { return file.modified >= since }
        // What stood there before was written last about when the newest was born, and its name is that of an older
        // one. Without a name to compare, only what was written since somebody looked is taken.
        let index = self.remembered.firstIndex { $0.identity == newest.identity }
        let holder = index.flatMap { self.holder(of: $0) }.map { self.found[$0] }
        guard let name = (holder.flatMap { $0.isRotation ? $0.name : nil }) ?? newest.name else {
            return file.modified >= max(newest.seen, newest.birth)
        }
        return file.modified >= max(since, newest.birth) && RotatedName.isOlder(name[...], file.name[...])
    }

    /// A copy is born after the file that was written on when it was made, so dates in names come first. Times are
    /// as coarse as the kernel's tick.
    private func isOlder(_ left: Found, _ right: Found, byName: Bool) -> Bool {
        if byName || [left, right].allSatisfy({ RotatedName.isDated($0.name[...]) }) {
            return RotatedName.isOlder(left.name[...], right.name[...])
        }
        let (leftTimes, rightTimes) = ((left.birth, left.modified), (right.birth, right.modified))
        return leftTimes == rightTimes ? RotatedName.isOlder(left.name[...], right.name[...]) : leftTimes < rightTimes
    }
}
