internal import NIOCore
internal import NIOHTTP1
internal import TailraceEvent
internal import TailraceHub

/// A viewer's conversation over plain requests, where no WebSocket gets through. Used on the loop of its first request.
protocol HTTPSession: AnyObject {
    var id: String { get }
    var conversation: Conversation? { get }
    /// Not yet taken by the viewer.
    var waitingBytes: Int { get }
    /// The answer with this number, as soon as there is something to say.
    func poll(_ number: UInt64) -> EventLoopFuture<Result<ByteBuffer, SessionProblem>>
    func close()
}

extension HTTPSession {
    func received(_ message: ByteBuffer) -> SessionProblem? {
        // What is asked is answered in the stream; who does not take the answers may not ask on.
        guard self.waitingBytes < HTTPSessions.maxUnreadBytes else { return .unread }
        self.conversation?.received(text: message)
        return nil
    }
}

/// Why a request to a session is not carried out.
enum SessionProblem: Error {
    case unknown
    case tooMany
    case unread
    case outOfTurn(UInt64)
    case replaced
    case streams

    var response: HTTPResponse {
        switch self {
        case .unknown:
            Problem(.notFound, "this session is over or never was; open a new one and resume from your position")
                .response
        case .tooMany:
            Problem(
                .serviceUnavailable, "\(HTTPSessions.maxCount) sessions are open, as many as are taken; try again soon",
                headers: ["Retry-After": "5"]
            ).response
        case .unread:
            Problem(
                .tooManyRequests, "more than \(HTTPSessions.maxUnreadBytes) bytes wait for you; take them first",
                headers: ["Retry-After": "1"]
            ).response
        case .outOfTurn(let number):
            Problem(
                .conflict,
                "answer \(number) is not the next one and the session has ended; "
                    + "open a new one and resume from your position"
            ).response
        case .replaced:
            Problem(.conflict, "another poll took the place of this one; one at a time is answered").response
        case .streams:
            Problem(.conflict, "this session answers in a stream; open one with mode=poll to poll").response
        }
    }
}

/// What the relay says about a session itself, beside the conversation.
enum SessionEvent {
    static func opened(_ id: String) -> ByteBuffer {
        var object = JSONObject()
        object.member("id", id)
        return Self.text("session", object.finish())
    }

    /// Says what the close of a WebSocket would.
    static func closed(_ reason: CloseReason) -> ByteBuffer {
        var object = JSONObject()
        object.member("code", UInt64(reason.code))
        object.member("reason", "\(reason.text)")
        return Self.text("close", object.finish())
    }

    private static func text(_ name: String, _ json: [UInt8]) -> ByteBuffer {
        ByteBuffer(bytes: Array("event: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8))
    }
}
