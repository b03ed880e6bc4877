internal import TailraceEvent

extension PanelBoard {
    /// The definitions, each with what it told last: `GET /api/v1/panels`.
    package var json: [UInt8] {
        let messages = self.update.messages
        var object = JSONObject()
        object.member(
            "panels",
            objects: zip(self.definitions, messages).map { definition, message in
                { panel in
                    panel.member("id", definition.id)
                    definition.describe(into: &panel)
                    if let message { panel.member("last", json: message) } else { panel.null("last") }
                }
            })
        return object.finish()
    }
}
