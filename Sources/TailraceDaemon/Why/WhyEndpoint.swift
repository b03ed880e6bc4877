internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import TailraceCodec
internal import TailraceFilter
internal import TailraceHub
internal import TailraceWeb

/// `POST /api/v1/why`: what became of a line that somebody misses.
final class WhyEndpoint: Sendable {
    private let investigation: WhyInvestigation
    private let workers: NIOThreadPool
    /// One at a time: each may read some files and a part of the log, on a thread that readers need.
    private let isBusy = Atomic<Bool>(false)

    init(_ investigation: WhyInvestigation, workers: NIOThreadPool) {
        self.investigation = investigation
        self.workers = workers
    }

    func add(to routes: inout RouteTable) {
        routes.on(.POST, "/api/v1/why") { self.answer($0) }
    }

    private func answer(_ request: HTTPRequest) -> HTTPAnswer {
        if let problem = request.jsonBodyProblem { return .response(problem.response) }
        let body = Array(request.body.readableBytesView)
        guard !self.isBusy.exchange(true, ordering: .acquiring) else {
            let problem = Problem(
                .tooManyRequests, "another such question is being answered; ask again in a moment",
                headers: ["Retry-After": "2"])
            return .response(problem.response)
        }
        let answer = self.workers.runIfActive(eventLoop: request.eventLoop) { () -> HTTPResponse in
            do throws(Refusal) { return .json(try self.report(body).json) } catch { return error.response }
        }
        return .later(answer.always { _ in self.isBusy.store(false, ordering: .releasing) })
    }

    private func report(_ body: [UInt8]) throws(Refusal) -> WhyReport {
        guard let members = JSONMembers(body), let line = members.string("line") else {
            throw .problem(
                Problem(.badRequest, "a question is a JSON object with line and, if wanted, filter, stream, max_rate"))
        }
        let filterText = try Self.text("filter", members) ?? ""
        let stream = try Self.text("stream", members) ?? "all"
        let filter: Filter
        do { filter = try Filter(parsing: filterText) } catch { throw .reader(ReaderProblem(error)) }
        let rate = members.number("max_rate").flatMap { Int(exactly: $0) }
        guard rate.map({ $0 > 0 }) ?? !members.has("max_rate") else {
            throw .problem(Problem(.badRequest, "max_rate is not a whole number of events per second, from 1"))
        }
        let question: WhyQuestion
        do {
            question = try WhyQuestion(subject: line, filter: filter, stream: stream, maxRate: rate)
        } catch { throw .problem(Problem(.badRequest, error.message)) }
        do { return try self.investigation.report(question) } catch {
            switch error {
            case .unknownStream: throw .reader(ReaderProblem(.stream, error.message))
            case .unreadableLog, .unusableInput: throw .problem(Problem(.serviceUnavailable, error.message))
            }
        }
    }

    /// Nil if there is no such member; one that is no text is not what was meant.
    private static func text(_ name: String, _ members: JSONMembers) throws(Refusal) -> String? {
        if let text = members.string(name) { return text }
        guard !members.has(name) else { throw .problem(Problem(.badRequest, "\(name) is not a string")) }
        return nil
    }
}

extension WhyReport {
    /// As every interface gives it.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and enumerations always encode.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    package init(json: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(json)) }
}
