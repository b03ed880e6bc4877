import TailraceEvent

/// Tells when a machine has booted: the first entry of another boot than the one before.
struct JournalBoots {
    /// The newest boot of each machine whose entries came.
    private var boots: [[UInt8]: [UInt8]] = [:]
    /// Machine and boot of the last entry: mostly those of the next.
    private var last: (machine: [UInt8], boot: [UInt8])?
    private let ownMachine: [UInt8]?
    /// Of the last entry before this reader.
    private var bootBefore: JournalID?

    /// Machines that are remembered; of others no boots are told.
    private static let maxMachines = 1024

    /// - Parameter ownMachine: whose boot the last entry's is after a start, in 32 digits; nil if it may be another's.
    init(ownMachine: [UInt8]?) { self.ownMachine = ownMachine }

    /// A new reader goes on behind an entry of that boot.
    mutating func restart(after boot: JournalID?) {
        self.bootBefore = boot
        self.boots.removeAll()
        self.last = nil
    }

    /// Looks at an entry.
    /// - Returns: the boot that ended before it, if it is the first of another one.
    mutating func take(machine: Span<UInt8>, boot: Span<UInt8>) -> [UInt8]? {
        if let last, machine.isEqual(to: last.machine), boot.isEqual(to: last.boot) { return nil }
        self.last = (machine.copy, boot.copy)
        let name = machine.copy
        if let before = self.boots[name] {
            if boot.isEqual(to: before) { return nil }
            self.boots[name] = boot.copy
            return before
        }
        guard self.boots.count < Self.maxMachines else { return nil }
        self.boots[name] = boot.copy
        guard let before = self.bootBefore?.text, name == self.ownMachine, !boot.isEqual(to: before) else {
            return nil
        }
        return before
    }
}

extension EventBatch {
    /// Appends the note that a machine has booted, as an event of level `notice` with `fields.boot_mark`.
    mutating func appendBoot(_ boot: Span<UInt8>, before: [UInt8], origin: UInt16, at time: Timestamp) {
        let name = String(decoding: boot.copy, as: UTF8.self)
        let last = String(decoding: before, as: UTF8.self)
        var fields = Array("\"boot\":".utf8)
        JSONText.append(name, to: &fields)
        fields.append(",\"boot_mark\":{\"from\":")
        JSONText.append(last, to: &fields)
        fields.append(",\"to\":")
        JSONText.append(name, to: &fields)
        fields.append("}")
        let message = Array("The machine has booted: what follows is of boot \(name)".utf8)
        self.append(
            time: time, received: time, level: .notice, origin: origin, message: message.span, fields: fields.span)
    }
}
