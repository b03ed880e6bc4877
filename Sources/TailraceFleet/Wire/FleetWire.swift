internal import TailraceEvent
package import TailraceLog

/// Why a message of the stream is not one of ours; it is counted and passed by.
package enum WireError: Error, Sendable, Hashable {
    case subject
    case header(String)
    /// Written by a later version.
    case version(String)
    case tooLarge
    case damaged
}

/// A block as a message and back.
///
/// ```
/// Tailrace-Version: 1              Tailrace-First, -Last, -Count    numbers in the host's log, events
/// Tailrace-Epoch, -Epoch-First     Tailrace-Prev                    published before
/// Tailrace-Time                    Tailrace-Bytes                   of the payload before compression
/// Tailrace-Gap: 1                  Tailrace-Resend: 1               where it is one
///
/// payload, zstd: varint runs │ runs × (varint distance, varint length - 1) │ block as the log stores it
/// ```
/// The distance of a run is from the end of the one before; the first one's is from `Tailrace-First`.
package enum FleetWire {
    package static let version = "1"

    package static func encode(
        _ block: FleetBlock, subject: String, compressor: inout BlockCompressor
    ) throws(WireError) -> NatsMessage {
        var body: [UInt8] = []
        body.reserveCapacity(block.batch.weight + 256)
        body.appendVarint(UInt64(block.numbers.count))
        var end = block.first
        for run in block.numbers {
            body.appendVarint(run.lowerBound - end)
            body.appendVarint(run.upperBound - run.lowerBound)
            end = run.upperBound
        }
        BlockCodec.encode(block.batch, into: &body)
        guard body.count <= FleetLimits.maxDecodedBytes, let payload = compressor.compress(body) else {
            throw .tooLarge
        }
        var headers = [
            "Tailrace-Version": Self.version, "Tailrace-Epoch": block.epoch,
            "Tailrace-Epoch-First": String(block.epochFirst), "Tailrace-First": String(block.first),
            "Tailrace-Last": String(block.last), "Tailrace-Count": String(block.batch.count),
            "Tailrace-Prev": String(block.previous), "Tailrace-Time": String(block.published.nanoseconds),
            "Tailrace-Bytes": String(body.count),
        ]
        if block.isGap { headers["Tailrace-Gap"] = "1" }
        if block.isResend { headers["Tailrace-Resend"] = "1" }
        return NatsMessage(subject: subject, headers: headers, payload: payload)
    }

    /// How many numbers of the stream's own counting a message takes, whatever is in its payload; nil if it is not one
    /// of ours.
    package static func count(_ message: NatsMessage) -> UInt64? {
        guard message.headers["Tailrace-Version"] == Self.version, let text = message.headers["Tailrace-Count"],
            let count = Self.number(text), (1...UInt64(FleetLimits.maxEvents)).contains(count)
        else { return nil }
        return count
    }

    /// Trusts nothing: sizes are bounded before anything is made of them, and all numbers must agree.
    package static func decode(_ message: NatsMessage) throws(WireError) -> FleetBlock {
        guard let version = message.headers["Tailrace-Version"] else { throw .header("Tailrace-Version") }
        guard version == Self.version else { throw .version(String(version.prefix(20))) }
        let epoch = try Self.epoch(message)
        let first = try Self.header("Tailrace-First", message)
        let last = try Self.header("Tailrace-Last", message)
        let count = try Self.header("Tailrace-Count", message)
        let size = try Self.header("Tailrace-Bytes", message)
        let time = try Self.header("Tailrace-Time", message)
        guard size <= UInt64(FleetLimits.maxDecodedBytes), count <= UInt64(FleetLimits.maxEvents) else {
            throw .tooLarge
        }
        // A size that zstd can't reach is a lie, and would be an allocation.
        guard first > 0, first <= last, last < UInt64(Int64.max), count > 0, let time = Int64(exactly: time),
            let body = BlockDecompressor.decompress(message.payload, rawSize: Int(size))
        else { throw .damaged }
        let isGap = message.headers["Tailrace-Gap"] == "1"
        let (numbers, batch) = try Self.body(body, first: first)
        let covered = numbers.reduce(UInt64(0)) { $0 + ($1.upperBound - $1.lowerBound + 1) }
        guard UInt64(batch.count) == count, numbers.last?.upperBound == last,
            isGap ? batch.count == 1 && numbers.count == 1 : covered == count
        else { throw .damaged }
        return FleetBlock(
            epoch: epoch, epochFirst: try Self.header("Tailrace-Epoch-First", message),
            previous: try Self.header("Tailrace-Prev", message), numbers: numbers, isGap: isGap,
            isResend: message.headers["Tailrace-Resend"] == "1", published: Timestamp(nanoseconds: time), batch: batch)
    }

    private static func body(
        _ body: [UInt8], first: UInt64
    ) throws(WireError) -> (numbers: [ClosedRange<UInt64>], batch: EventBatch) {
        do {
            var reader = VarintReader(body)
            var numbers: [ClosedRange<UInt64>] = []
            var end = first
            let runs = try reader.count(unitBytes: 2)
            guard runs > 0, runs <= FleetLimits.maxEvents else { throw WireError.damaged }
            for index in 0..<runs {
                let distance = try reader.varint()
                let length = try reader.varint()
                let (low, overflow) = end.addingReportingOverflow(distance)
                let (high, overflow2) = low.addingReportingOverflow(length)
                // Runs that touch would be one run.
                guard !overflow, !overflow2, index == 0 ? distance == 0 : distance > 1 else { throw WireError.damaged }
                numbers.append(low...high)
                end = high
            }
            return (numbers, try BlockCodec.decode(reader.rest()))
        } catch { throw .damaged }
    }

    private static func epoch(_ message: NatsMessage) throws(WireError) -> String {
        guard let epoch = message.headers["Tailrace-Epoch"], Position("\(epoch):0") != nil else {
            throw .header("Tailrace-Epoch")
        }
        return epoch
    }

    private static func header(_ name: String, _ message: NatsMessage) throws(WireError) -> UInt64 {
        guard let text = message.headers[name], let number = Self.number(text) else { throw .header(name) }
        return number
    }

    private static func number(_ text: String) -> UInt64? {
        guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt64(text)
    }
}
