internal import TailraceEvent
internal import TailraceRouter

extension Relay {
    /// The rules with their keys; makes the key of the log's folder if a rule needs it.
    static func redaction(_ configuration: Configuration, notices: inout [String]) throws(RelayError) -> Redaction {
        var key: [UInt8] = []
        if configuration.redactions.contains(where: \.needsFolderKey) {
            switch configuration.log.storage {
            case .folder(let path): key = try RedactionKey.load(folder: path)
            case .memory:
                key = RedactionKey.random()
                notices.append(
                    "the log is in memory: pseudonyms of [[redact]] are others after each start; give them a key")
            }
        }
        return try Self.redaction(configuration.redactions, folderKey: key)
    }

    static func redaction(_ blocks: [RedactBlock], folderKey: [UInt8]) throws(RelayError) -> Redaction {
        do { return Redaction(try blocks.map { try $0.rule(folderKey: folderKey) }) } catch {
            throw RelayError("a [[redact]] cannot be compiled: \(error)", isConfiguration: true)
        }
    }

    /// Redacts a line that somebody misses, without counting it.
    static func whyRedactor(_ redaction: Redaction) -> WhyInvestigation.Redactor? {
        guard !redaction.isEmpty else { return nil }
        let rules = redaction.rules
        return { batch in
            let own = Redaction(rules)
            Redactor(own).redact(&batch)
            return own.statistics.filter { $0.events > 0 }.map(\.name)
        }
    }
}
