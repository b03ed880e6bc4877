package import NIOCore

/// The reader's end of a streamed response; used on its event loop only.
package final class StreamConnection {
    package let channel: any Channel
    private weak var owner: HTTPConnection?
    private(set) var progress = WriteProgress()

    init(channel: any Channel, owner: HTTPConnection) {
        self.channel = channel
        self.owner = owner
    }

    package var eventLoop: any EventLoop { self.channel.eventLoop }
    package var isWritable: Bool { self.owner != nil && self.channel.isWritable }
    /// Bytes handed to the channel that the kernel has not taken yet.
    package var pendingBytes: Int { self.channel.pendingWriteBytes }

    /// Queues one chunk of the body; `flush()` sends what is queued.
    package func write(_ chunk: ByteBuffer) {
        guard chunk.readableBytes > 0, let owner else { return }
        self.progress.handed &+= chunk.readableBytes
        owner.writeChunk(chunk)
    }

    package func flush() { self.owner?.flushChunks() }

    /// Ends the body; nothing can be written after it.
    package func end() {
        let owner = self.owner
        self.owner = nil
        owner?.endStream()
    }

    func detach() { self.owner = nil }

    func stalledTime(now: NIODeadline) -> TimeAmount {
        self.progress.stalledTime(pending: self.pendingBytes, now: now)
    }
}

@available(*, unavailable)
extension StreamConnection: Sendable {}

extension Channel {
    /// Bytes written to the channel that the kernel has not taken yet.
    var pendingWriteBytes: Int {
        // Only fails for channels that have no such option, which are those of tests.
        (try? self.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
