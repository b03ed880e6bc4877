internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import TailraceCodec
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceHub
internal import TailraceLog
internal import TailraceWeb

/// `POST /api/v1/explain`: a filter and, if asked, what its clauses say about an event.
struct ExplainEndpoint: Sendable {
    let hub: Hub

    func add(to routes: inout RouteTable) {
        routes.on(.POST, "/api/v1/explain") { self.answer($0) }
    }

    private func answer(_ request: HTTPRequest) -> HTTPAnswer {
        if let problem = request.jsonBodyProblem { return .response(problem.response) }
        let body = Array(request.body.readableBytesView)
        // Compiling a regex and reading an event both take their time.
        let answer = self.hub.workers.runIfActive(eventLoop: request.eventLoop) { () -> HTTPResponse in
            do throws(Refusal) { return .json(try self.explain(body)) } catch { return error.response }
        }
        return .later(answer)
    }

    private func explain(_ body: [UInt8]) throws(Refusal) -> [UInt8] {
        guard let members = JSONMembers(body), let text = members.string("filter") else {
            throw .problem(
                Problem(.badRequest, "an explanation takes a JSON object with filter and, if asked, event or position"))
        }
        guard !members.has("event") || !members.has("position") else {
            throw .problem(Problem(.badRequest, "event and position exclude each other"))
        }
        let filter: Filter
        do { filter = try Filter(parsing: text) } catch { throw .reader(ReaderProblem(error)) }
        var object = JSONObject()
        if let json = members.json("event") {
            try self.explain(filter, event: json, into: &object)
        } else if members.has("position") {
            try self.explain(filter, position: members.string("position") ?? "", into: &object)
        } else {
            filter.explain().write(into: &object)
        }
        return object.finish()
    }

    private func explain(_ filter: Filter, event json: [UInt8], into object: inout JSONObject) throws(Refusal) {
        var batch = EventBatch()
        let seq: UInt64
        do { seq = try EventReader.read(json, into: &batch) } catch {
            throw .problem(Problem(.badRequest, "event: \(error)"))
        }
        // Streams are not part of an event's JSON form.
        filter.explain(batch, at: 0, seq: seq, context: MatchContext(streamNumbers: [:])).write(into: &object)
    }

    private func explain(_ filter: Filter, position text: String, into object: inout JSONObject) throws(Refusal) {
        guard let position = Position(text) else {
            throw .reader(
                ReaderProblem(
                    .position, "the position is \"\(text)\"",
                    expected: "epoch:seq as events and opened messages tell it"))
        }
        let found: LogSlice?
        do { found = try self.hub.log.event(at: position) } catch {
            throw .problem(Problem(.serviceUnavailable, "the log cannot be read: \(error)"))
        }
        guard let slice = found else {
            let range = "\(self.hub.log.oldest) to \(self.hub.log.head)"
            throw .problem(Problem(.notFound, "there is no event at \(position); the log has \(range)"))
        }
        let index = slice.range.lowerBound
        let numbers = self.hub.streams.entries.compactMapValues(\.number)
        filter.explain(
            slice.block.batch, at: index, seq: position.seq, context: MatchContext(streamNumbers: numbers)
        ).write(into: &object)
        var encoder = EventEncoder()
        var event: [UInt8] = []
        encoder.append(slice.block.batch, at: index, seq: position.seq, to: &event)
        object.member("event", json: event)
    }
}

/// Why a request got no answer of its own kind.
enum Refusal: Error {
    case problem(Problem)
    case reader(ReaderProblem)

    var response: HTTPResponse {
        switch self {
        case .problem(let problem): problem.response
        case .reader(let problem): problem.response
        }
    }
}

extension ReaderProblem {
    /// A wrong filter, with its column.
    init(_ error: FilterError) {
        self.init(
            .filter, error.message, column: error.column, length: error.length, expected: error.expected,
            suggestion: error.suggestion)
    }
}
