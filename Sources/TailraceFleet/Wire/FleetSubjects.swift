/// The subjects of one fleet.
///
/// ```
/// tailrace.<fleet>.<host>.<input>       blocks of events: what the stream takes, exactly four tokens
/// tailrace.<fleet>.<host>.@.resend      a hub asks a host for numbers again: five tokens, so that the stream does not
///                                       take the question
/// ```
/// A host needs to publish `tailrace.<fleet>.<host>.*` and to subscribe to `tailrace.<fleet>.<host>.@.>`.
package struct FleetSubjects: Sendable, Hashable {
    package let fleet: String
    private let prefix: String

    package init(fleet: String) {
        self.fleet = fleet
        self.prefix = "tailrace.\(SubjectToken.encode(fleet))."
    }

    /// What the stream takes.
    package var all: String { "\(self.prefix)*.*" }

    package func blocks(host: String, input: String) -> String {
        "\(self.prefix)\(SubjectToken.encode(host)).\(SubjectToken.encode(input))"
    }

    package func blocks(host: String) -> String { "\(self.prefix)\(SubjectToken.encode(host)).*" }

    package func resend(host: String) -> String { "\(self.prefix)\(SubjectToken.encode(host)).@.resend" }

    /// Whose block it is, by the subject alone: that is what the server checks, so nobody can speak for another host.
    package func origin(of subject: String) -> (host: String, input: String)? {
        guard subject.hasPrefix(self.prefix) else { return nil }
        let tokens = subject.dropFirst(self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard tokens.count == 2, let host = SubjectToken.decode(tokens[0]), let input = SubjectToken.decode(tokens[1])
        else { return nil }
        return (host, input)
    }

    /// A fleet's name stands in names of streams and buckets, which take only these: 1 to 32 letters, digits, `-`, `_`.
    package static func isFleetName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && SubjectToken.encode(name) == name
    }

    /// The stream's name where the configuration names none.
    package static func streamName(fleet: String) -> String { "tailrace_\(fleet)" }

    /// The bucket in which the hubs of a fleet agree on numbers.
    package static func numbersBucket(fleet: String) -> String { "tailrace_\(fleet)_numbers" }
}
