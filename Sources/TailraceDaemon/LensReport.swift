internal import NIOHTTP1
internal import TailraceEvent
internal import TailraceWeb

/// `/api/v1/lenses`: the views that the configuration names for everybody.
struct LensReport {
    let lenses: [LensBlock]

    func add(to routes: inout RouteTable) {
        let json = self.json
        routes.on(.GET, "/api/v1/lenses") { _ in .response(.json(json)) }
    }

    private var json: [UInt8] {
        var object = JSONObject()
        object.member("lenses", objects: self.lenses.map { lens in { Self.describe(lens, into: &$0) } })
        return object.finish()
    }

    private static func describe(_ lens: LensBlock, into object: inout JSONObject) {
        object.member("name", lens.name)
        if let about = lens.about { object.member("about", about) }
        object.member("stream", lens.stream)
        object.member("filter", lens.filter?.text ?? "")
        object.member("columns", strings: lens.columns)
    }
}
