package import NIOCore

/// What carries a reader's bytes: a WebSocket, a streamed response, polls. Used on its event loop only.
package protocol ReaderTransport: AnyObject {
    var eventLoop: any EventLoop { get }
    var form: WireForm { get }
    /// False while more is waiting to be written than the transport wants to hold.
    var isWritable: Bool { get }
    /// Writes bytes that are complete in the transport's form.
    func write(_ bytes: ByteBuffer)
    /// The relay stops: close so that the client knows to come back.
    func end()
}
