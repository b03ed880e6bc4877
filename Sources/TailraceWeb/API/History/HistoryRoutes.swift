internal import NIOCore
internal import NIOHTTP1
internal import TailraceAccess
internal import TailraceEvent
internal import TailraceHub

/// Routes that search the log's past: events, counts, exports.
enum HistoryRoutes {
    static func add(to routes: inout RouteTable, history: History, hub: Hub) {
        func on(_ name: String, _ plan: @escaping @Sendable (HTTPRequest) throws(ReaderProblem) -> Plan) {
            routes.on(.GET, "/api/v1/\(name)") { Self.answer($0, history: history, hub: hub, plan) }
        }
        on("events") { request throws(ReaderProblem) in try Self.events(request, history.limits) }
        on("histogram") { request throws(ReaderProblem) in try Self.histogram(request) }
        on("facets") { request throws(ReaderProblem) in try Self.facets(request) }
        on("fields") { request throws(ReaderProblem) in
            Plan(answer: .fields, parameters: try HistoryParameters(request.query))
        }
        on("export") { request throws(ReaderProblem) in try Self.export(request) }
    }

    /// What a request asks for, and how its answer is labelled.
    private struct Plan {
        var answer: History.Answer
        var parameters: HistoryParameters
        var contentType = "application/json"
        var fileName: String?
        /// Of a page that begins where a consumer stands.
        var open: OpenRequest?
    }

    private static func answer(
        _ request: HTTPRequest, history: History, hub: Hub, _ plan: (HTTPRequest) throws(ReaderProblem) -> Plan
    ) -> HTTPAnswer {
        do throws(ReaderProblem) {
            let plan = try plan(request)
            guard let open = plan.open else {
                return try Self.search(plan.parameters.request, plan, request, history: history, hub: hub)
            }
            return request.placing(open, hub: hub) { placed in
                do throws(ReaderProblem) {
                    var page = plan.parameters.request
                    page.resumption = try placed.consumerResumption(log: history.log)
                    // They say where a new consumer begins, and it has begun.
                    page.from = nil
                    page.since = nil
                    return try Self.search(page, plan, request, history: history, hub: hub)
                } catch {
                    return .response(error.response)
                }
            }
        } catch {
            return .response(error.response)
        }
    }

    private static func search(
        _ question: HistoryRequest, _ plan: Plan, _ request: HTTPRequest, history: History, hub: Hub
    ) throws(ReaderProblem) -> HTTPAnswer {
        let query = try history.query(question)
        let isCompressed = request.accepts("gzip", in: "Accept-Encoding")
        do throws(SearchRefusal) {
            let search = try history.search(
                query, plan.answer, of: request.searcher, in: hub.turns, isCompressed: isCompressed)
            let body = HistoryBody(search, eventLoop: request.eventLoop)
            return .stream(Self.head(plan, isCompressed: isCompressed), body)
        } catch {
            return .response(Self.problem(error).response)
        }
    }

    private static func problem(_ refusal: SearchRefusal) -> Problem {
        switch refusal {
        case .all(let limit):
            Problem(
                .serviceUnavailable,
                "\(limit) searches are open already ([history] max_open); try again when one has ended",
                headers: ["Retry-After": "1"])
        case .own(let limit):
            Problem(
                .tooManyRequests,
                "you have \(limit) searches open already ([history] max_open_each); try again when one has ended",
                headers: ["Retry-After": "1"])
        }
    }

    private static func head(_ plan: Plan, isCompressed: Bool) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": plan.contentType, "Cache-Control": "no-store, no-transform",
            "Vary": "Accept, Accept-Encoding",
        ]
        if isCompressed { headers.add(name: "Content-Encoding", value: "gzip") }
        if let name = plan.fileName {
            headers.add(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")
        }
        return HTTPResponse(status: .ok, headers: headers)
    }

    // MARK: What each route asks for

    private static let standardLimit = 1000

    private static func events(_ request: HTTPRequest, _ limits: HistoryLimits) throws(ReaderProblem) -> Plan {
        let parameters = try HistoryParameters(request.query)
        let limit = try parameters.number("limit", in: 1...limits.maxResults)
        let count = limit ?? min(Self.standardLimit, limits.maxResults)
        var plan = Plan(answer: .json(limit: count), parameters: parameters)
        if request.accepts("application/x-ndjson", in: "Accept") {
            plan.answer = .lines(limit: count)
            plan.contentType = "application/x-ndjson"
        }
        if parameters.value("consumer") != nil { plan.open = try Self.consumerOpening(parameters, request) }
        return plan
    }

    /// A page for a consumer goes from its position to the log's end: its `position` is to be committed, and what it
    /// leaves out on the way must be the filter's doing alone.
    private static func consumerOpening(
        _ parameters: HistoryParameters, _ request: HTTPRequest
    ) throws(ReaderProblem) -> OpenRequest {
        let asked = parameters.request
        guard asked.order == .ascending, asked.to == nil, asked.until == nil else {
            throw ReaderProblem(
                .request, "consumer excludes order=desc, to and until",
                expected: "limit, for a shorter page from the consumer's position on")
        }
        return try OpenParameters(request.query).request()
    }

    private static func histogram(_ request: HTTPRequest) throws(ReaderProblem) -> Plan {
        let parameters = try HistoryParameters(request.query)
        let division: HistogramRequest.Division
        if let width = parameters.value("width") {
            guard parameters.value("buckets") == nil else {
                throw ReaderProblem(.request, "buckets and width exclude each other", expected: "one of them")
            }
            division = .width(nanoseconds: try Self.width(width, parameters.request))
        } else {
            let buckets = try parameters.number("buckets", in: 1...HistogramRequest.maxBuckets)
            division = .buckets(buckets ?? Self.standardBuckets)
        }
        let by = parameters.value("by") ?? "level"
        return Plan(answer: .histogram(HistogramRequest(division: division, by: by)), parameters: parameters)
    }

    /// What fits on a chart and keeps its bars apart.
    private static let standardBuckets = 60

    private static func width(_ text: String, _ request: HistoryRequest) throws(ReaderProblem) -> Int64 {
        guard let width = TimeSpan.nanoseconds(text), width >= 1_000_000 else {
            throw ReaderProblem(.request, "width is \"\(text)\"", expected: "a time span from 1ms, such as 10s or 5m")
        }
        if let since = request.since {
            let until = request.until ?? .now()
            let span = until.nanoseconds.subtractingReportingOverflow(since.nanoseconds)
            guard !span.overflow, span.partialValue / width < Int64(HistogramRequest.maxBuckets) else {
                throw ReaderProblem(
                    .request, "width \(text) divides the time asked for into too many buckets",
                    expected: "at most \(HistogramRequest.maxBuckets) buckets: a larger width or a shorter time")
            }
        }
        return width
    }

    private static func facets(_ request: HTTPRequest) throws(ReaderProblem) -> Plan {
        let parameters = try HistoryParameters(request.query)
        let names = parameters.request.fields
        if let names, names.isEmpty || names.count > FacetLimits.maxFields {
            throw ReaderProblem(
                .request, "fields names \(names.count) fields", expected: "1 to \(FacetLimits.maxFields) names")
        }
        let limit = try parameters.number("limit", in: 1...FacetLimits.maxValues) ?? FacetLimits.standardValues
        return Plan(answer: .facets(names, limit: limit), parameters: parameters)
    }

    private static func export(_ request: HTTPRequest) throws(ReaderProblem) -> Plan {
        let parameters = try HistoryParameters(request.query)
        let name = parameters.value("format") ?? ExportFormat.ndjson.rawValue
        guard let format = ExportFormat(rawValue: name) else {
            throw ReaderProblem(
                .request, "there is no format \"\(name)\"",
                expected: ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let limit = try parameters.number("limit", in: 1...Int.max)
        let (type, ending) =
            switch format {
            case .text: ("text/plain; charset=utf-8", "log")
            case .ndjson: ("application/x-ndjson", "ndjson")
            case .csv: ("text/csv; charset=utf-8; header=present", "csv")
            }
        return Plan(
            answer: .export(format, limit: limit), parameters: parameters, contentType: type,
            fileName: Self.fileName(stream: parameters.request.stream, ending: ending))
    }

    /// Letters, digits, `-` and `.` only, whatever the stream is called.
    private static func fileName(stream: String, ending: String) -> String {
        let safe = stream.utf8.map { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 ? byte : UInt8(ascii: "-")
        }
        let now = Timestamp(nanoseconds: Timestamp.now().nanoseconds / 1_000_000_000 * 1_000_000_000).rfc3339
        let stamp = now.filter { $0 != "-" && $0 != ":" }
        return "tailrace-\(String(decoding: safe.prefix(64), as: UTF8.self))-\(stamp).\(ending)"
    }
}

extension HTTPRequest {
    /// Whose share of the workers' time a search takes.
    fileprivate var searcher: Searcher {
        if let principal { return Searcher(name: "\(principal.kind.rawValue) \(principal.name)", isOne: true) }
        guard let address = self.peer?.ipAddress else { return Searcher(name: "unix", isOne: false) }
        // Behind this machine's own address are all its users, and those whom a proxy on it lets through.
        return Searcher(name: address, isOne: !address.isLoopback)
    }
}
