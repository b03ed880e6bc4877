import TailraceEvent

/// A name or value among an event's own fields.
struct FieldWord {
    /// Between the quotes.
    var range: Range<Int>
    var isKey = false
    var isNumber = false
    /// A name whose value is `true`: in logfmt a word that stands alone.
    var isBare = false
    var member: Int

    /// The line that the fields may have been made of: `name=value word word`.
    static func line(_ words: [FieldWord], in fields: Span<UInt8>) -> TextView {
        var line = TextView(depth: 0, capacity: fields.count)
        var last: FieldWord?
        for word in words {
            if let last {
                let isValue = last.isKey && !word.isKey && last.member == word.member
                line.append(isValue ? UInt8(ascii: "=") : 0x20, from: last.range.upperBound..<last.range.upperBound)
            }
            let text = TextView.ofJSONString(fields.extracting(word.range))
            for index in 0..<text.count {
                let place = text.source(of: index..<index + 1)
                line.append(
                    text.bytes[index],
                    from: word.range.lowerBound + place.lowerBound..<word.range.lowerBound + place.upperBound)
            }
            last = word
        }
        return line
    }
}
