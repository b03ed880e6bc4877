internal import TailraceFilter
internal import TailraceHub

extension Relay {
    /// The tiles that the configuration names or, without any, the relay's own.
    static func panels(_ configuration: Configuration) throws(RelayError) -> [PanelDefinition] {
        guard configuration.panels.isEmpty else { return configuration.panels.map(\.definition) }
        guard configuration.server.defaultPanels else { return [] }
        do { return try PanelDefinition.standard(inputs: configuration.inputs.map(\.name)) } catch {
            throw RelayError("the default panels are wrong: \(error.message)")
        }
    }
}
