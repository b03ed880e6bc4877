internal import TailraceEvent
internal import TailraceRouter

/// What goes with events of the relay's own on their way into the log.
struct OwnEvents: Sendable {
    /// What is stored with them, now that the first of them has this number.
    var checkpoints: @Sendable (_ firstSeq: UInt64) -> [Checkpoint]
    /// They are in the log.
    var committed: @Sendable (_ firstSeq: UInt64) -> Void
}

extension OwnEvents {
    /// The relay's own events of one transaction.
    struct Appended {
        var checkpoints: [Checkpoint] = []
        fileprivate var receipts: [(own: OwnEvents, firstSeq: UInt64)] = []

        func committed() {
            for receipt in self.receipts { receipt.own.committed(receipt.firstSeq) }
        }
    }

    /// Puts the relay's own events behind those of the inputs; the first of them gets the number `firstSeq`, since
    /// nobody else appends to the log. What people write into notes is redacted like everything else.
    static func append(
        from deliveries: [IntakeQueue.Delivery], to batches: inout [EventBatch], firstSeq: UInt64,
        _ redactor: Redactor
    ) -> Appended {
        var appended = Appended()
        var next = firstSeq
        for delivery in deliveries {
            guard let own = delivery.own else { continue }
            var said = delivery.batch
            redactor.redact(&said)
            appended.checkpoints += own.checkpoints(next)
            appended.receipts.append((own, next))
            next += UInt64(said.count)
            batches.append(said)
        }
        return appended
    }
}
