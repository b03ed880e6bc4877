import ArgumentParser
import TailraceDaemon
import TailraceEvent

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says why a line is not seen: the first station between its source and you that stops it.",
        discussion: """
            Walks a line through source, permission, format, redaction, route, log, filter and rate. With the URL of a \
            relay that relay is asked, which also searches its log; without one the configuration alone is looked at, \
            by the user who runs this. Exits with 1 if something stops it.
            """)

    @Argument(help: "The line as it was written, or a field such as file:/var/log/app.log.")
    var subject: String

    @Argument(help: "The relay to ask: http://HOST:PORT.")
    var url: String?

    @Option(help: "The configuration file to look at, where no relay is asked.")
    var config: String?

    @Option(help: "The filter that you look through.")
    var filter: String = ""

    @Option(help: "The stream that you read.")
    var stream: String = "all"

    @Option(help: "The max_rate that you read with.")
    var maxRate: Int?

    @Option(help: "How to print: text or json.")
    var output: OutputForm = .text

    func run() throws {
        let filter = try FilterArgument.parse(self.filter)
        let report: WhyReport
        if let url = self.url {
            guard self.config == nil else { throw CommandFailure("--config and a URL exclude each other", code: 2) }
            report = try self.ask(url)
        } else {
            let source = try ConfigurationSource.load(path: self.config)
            do {
                let question = try WhyQuestion(
                    subject: self.subject, filter: filter, stream: self.stream, maxRate: self.maxRate)
                report = try Relay.why(question, source.configuration)
            } catch let problem as WhyQuestion.Problem {
                throw CommandFailure(problem.message)
            } catch let problem as RelayError {
                throw CommandFailure(problem.description)
            }
        }
        switch self.output {
        case .text: Console.line(WhyText.lines(report).joined(separator: "\n"))
        case .json: Console.line(String(decoding: report.json, as: UTF8.self))
        }
        if !report.seen { throw ExitCode(1) }
    }

    private func ask(_ url: String) throws -> WhyReport {
        var body = JSONObject()
        body.member("line", self.subject)
        body.member("filter", self.filter)
        body.member("stream", self.stream)
        if let rate = self.maxRate { body.member("max_rate", rate) }
        let answer = try OneRequest.post(url, path: "/api/v1/why", json: body.finish())
        guard answer.status == 200 else {
            throw CommandFailure("\(url) answers \(answer.status): \(answer.detail)")
        }
        do { return try WhyReport(json: answer.body) } catch {
            throw CommandFailure("\(url) answers what is no report; is it a relay of this version?")
        }
    }
}
