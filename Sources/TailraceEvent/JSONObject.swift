/// Writes one JSON object member by member: for messages and status, not for events.
package struct JSONObject {
    private var text: [UInt8] = [UInt8(ascii: "{")]

    package init() {}

    package mutating func member(_ name: String, _ value: String) {
        self.key(name)
        JSONText.append(value, to: &self.text)
    }

    package mutating func member(_ name: String, _ value: UInt64) {
        self.key(name)
        self.text.appendDecimal(value)
    }

    package mutating func member(_ name: String, _ value: Int) {
        self.key(name)
        self.text.appendDecimal(Int64(value))
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.key(name)
        self.text.append(value ? "true" : "false")
    }

    /// A number with at most three decimals.
    package mutating func member(_ name: String, _ value: Double) {
        self.key(name)
        guard value.isFinite, value.magnitude < 1e15 else { return self.text.append("null") }
        let thousandths = Int64((value * 1000).rounded())
        if thousandths < 0 { self.text.append("-") }
        self.text.appendDecimal(thousandths.magnitude / 1000)
        let rest = thousandths.magnitude % 1000
        if rest > 0 {
            self.text.append(".")
            self.text.appendDecimal(rest, width: 3)
        }
    }

    package mutating func null(_ name: String) {
        self.key(name)
        self.text.append("null")
    }

    package mutating func member(_ name: String, strings: [String]) {
        self.key(name)
        self.text.append("[")
        for (index, string) in strings.enumerated() {
            if index > 0 { self.text.append(",") }
            JSONText.append(string, to: &self.text)
        }
        self.text.append("]")
    }

    package mutating func member(_ name: String, object build: (inout JSONObject) -> Void) {
        self.key(name)
        var object = JSONObject()
        build(&object)
        self.text += object.finish()
    }

    package mutating func member(_ name: String, objects: [(inout JSONObject) -> Void]) {
        self.key(name)
        self.text.append("[")
        for (index, build) in objects.enumerated() {
            if index > 0 { self.text.append(",") }
            var object = JSONObject()
            build(&object)
            self.text += object.finish()
        }
        self.text.append("]")
    }

    /// A value that is JSON text already.
    package mutating func member(_ name: String, json: [UInt8]) {
        self.key(name)
        self.text += json
    }

    package consuming func finish() -> [UInt8] {
        var text = self.text
        text.append(UInt8(ascii: "}"))
        return text
    }

    private mutating func key(_ name: String) {
        if self.text.count > 1 { self.text.append(UInt8(ascii: ",")) }
        JSONText.append(name, to: &self.text)
        self.text.append(UInt8(ascii: ":"))
    }
}
