internal import Glibc
internal import TailraceEvent

/// Numbers and lists of panels as JSON text.
enum PanelText {
    /// A value of a function: whole numbers as such, others to twelve digits, times as RFC 3339, nothing as null.
    static func append(_ value: Double?, of function: PanelValue.Function, to text: inout [UInt8]) {
        guard let value, value.isFinite else { return text.append("null") }
        if function == .last {
            text.append("\"")
            Timestamp(nanoseconds: Int64(value)).appendRFC3339(to: &text)
            text.append("\"")
        } else {
            Self.append(value, to: &text)
        }
    }

    static func append(_ value: Double, to text: inout [UInt8]) {
        if value == value.rounded(), value.magnitude < 1e15 { return text.appendDecimal(Int64(value)) }
        let digits = 11 - Glibc.floor(log10(value.magnitude))
        // Beyond that range a power of ten is no exact double, and the shortest text is short anyway.
        let isRounded = (0...22).contains(digits)
        let power = isRounded ? pow(10, digits) : 1
        let shown = isRounded ? (value * power).rounded() / power : value
        text.append(contentsOf: shown.description.utf8)
    }

    static func list(_ count: Int, _ element: (Int, inout [UInt8]) -> Void) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "[")]
        for index in 0..<count {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            element(index, &text)
        }
        text.append(UInt8(ascii: "]"))
        return text
    }
}

extension Double? {
    func json(_ function: PanelValue.Function) -> [UInt8] {
        var text: [UInt8] = []
        PanelText.append(self, of: function, to: &text)
        return text
    }
}
