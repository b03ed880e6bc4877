internal import TailraceEvent

extension PanelBoard {
    /// The tiles, each with what it told last: `GET /api/v1/panels`.
    package var json: [UInt8] {
        var object = JSONObject()
        object.member(
            "panels",
            objects: self.tiles.map { tile in
                { panel in
                    panel.member("id", tile.id)
                    tile.definition.describe(into: &panel)
                    if let told = tile.told { panel.member("last", json: told.json) } else { panel.null("last") }
                }
            })
        return object.finish()
    }
}
