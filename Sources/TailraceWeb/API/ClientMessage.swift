internal import FoundationEssentials
internal import NIOCore
internal import TailraceEvent
internal import TailraceHub

/// What a client may send on `/ws`: one JSON object with a `type`.
enum ClientMessage {
    case open(OpenRequest)
    case hold
    case release(play: Bool)
    case rate(Int?)
    case fetch(from: UInt64, through: UInt64)
    case mark(seq: UInt64, epoch: String?, text: String)
    case panels(isOn: Bool)
    case watch([WatchRequest])

    private struct Form: Decodable {
        var type: String
        var stream: String?
        var filter: String?
        var from: Place?
        var since: String?
        var last: Int?
        var fields: [String]?
        var max_rate: Int?
        var to: Place?
        var events_per_second: Int?
        var play: Bool?
        var seq: Place?
        var text: String?
        var on: Bool?
        var panels: [WatchForm]?
        var consumer: String?
    }

    /// A position in text, or a bare seq where a message takes one.
    private enum Place: Decodable {
        case text(String)
        case seq(UInt64)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let seq = try? value.decode(UInt64.self) {
                self = .seq(seq)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        /// Of the log that the seq counts in, if it is said.
        var epoch: String? {
            switch self {
            case .seq: nil
            case .text(let text): Position(text)?.epoch
            }
        }

        /// The seq in either form.
        var seq: UInt64? {
            switch self {
            case .seq(let seq): seq
            case .text(let text): Position(text)?.seq ?? UInt64(text)
            }
        }
    }

    private static let types = "open hold release rate fetch panels watch mark"

    init(parsing text: ByteBuffer) throws(ReaderProblem) {
        let form: Form
        do { form = try JSONDecoder().decode(Form.self, from: Data(text.readableBytesView)) } catch {
            throw ReaderProblem(
                .request, "the message is not a JSON object with a type and the members of that type",
                expected: Self.types)
        }
        switch form.type {
        case "open": self = .open(try Self.openRequest(form))
        case "hold": self = .hold
        case "release": self = .release(play: form.play ?? false)
        case "rate":
            if let rate = form.events_per_second, rate < 1 {
                throw ReaderProblem(
                    .request, "events_per_second is \(rate)", expected: "1 or more, or null for no limit")
            }
            self = .rate(form.events_per_second)
        case "fetch":
            guard let from = form.from?.seq, let through = form.to?.seq else {
                throw ReaderProblem(.request, "fetch takes from and to, the first and last seq")
            }
            self = .fetch(from: from, through: through)
        case "mark":
            guard let seq = form.seq?.seq, let text = form.text else {
                throw ReaderProblem(.request, "mark takes seq, of the event it is about, and text")
            }
            self = .mark(seq: seq, epoch: form.seq?.epoch, text: text)
        case "panels":
            guard let isOn = form.on else {
                throw ReaderProblem(.request, "panels takes on", expected: "true or false")
            }
            self = .panels(isOn: isOn)
        case "watch":
            guard let panels = form.panels else {
                throw ReaderProblem(.request, "watch takes panels", expected: "a list of panels, [] for none")
            }
            self = .watch(panels.map(\.request))
        default:
            throw ReaderProblem(.request, "there is no message type \"\(form.type)\"", expected: Self.types)
        }
    }

    private static func openRequest(_ form: Form) throws(ReaderProblem) -> OpenRequest {
        var parameters = OpenParameters()
        parameters.stream = form.stream
        parameters.filter = form.filter
        switch form.from {
        case .text(let text)?: parameters.from = text
        case .seq?: throw OpenParameters.badPosition("a number")
        case nil: break
        }
        parameters.since = form.since
        if let last = form.last, last < 0 {
            throw ReaderProblem(.request, "last is \(last)", expected: "a whole number from 0")
        }
        if let rate = form.max_rate, rate < 1 {
            throw ReaderProblem(.request, "max_rate is \(rate)", expected: "a whole number from 1")
        }
        parameters.last = form.last
        parameters.fields = form.fields
        parameters.maxRate = form.max_rate
        parameters.consumer = form.consumer
        return try parameters.request()
    }
}
