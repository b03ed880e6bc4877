import TailraceEvent
import TailraceFilter

/// Every line is a filter, or with a bar in front an event: `|message|key=value|…`.
///
/// A filter that is read must print to one that is read as the same, and a set must say of every event what each
/// filter's own matcher says. The first byte chooses whether the set's scans are compiled.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFilter(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    var filters: [Filter] = []
    var batch = EventBatch()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(48) {
        if line.hasPrefix("|") {
            append(line.dropFirst(), to: &batch)
        } else if let filter = try? Filter(parsing: String(line)) {
            checkCanonical(filter)
            filters.append(filter)
        }
    }
    checkSet(filters, compiles: count % 8 == 0, on: batch)
    return 0
}

private let context = MatchContext(streamNumbers: ["errors": 1, "web": 2])

private func checkCanonical(_ filter: Filter) {
    guard let again = try? Filter(parsing: filter.canonical) else {
        fatalError("the canonical form can't be read: \(filter.canonical)")
    }
    guard again.canonical == filter.canonical, again == filter.withoutTimeBounds else {
        fatalError("\(filter.canonical) is read as \(again.canonical)")
    }
    _ = filter.explanation
}

private func checkSet(_ filters: [Filter], compiles: Bool, on batch: EventBatch) {
    var set = MatcherSet(context: context, maxFilters: 1000)
    var members = filters.compactMap { set.insert($0) }
    if compiles {
        let job = set.makeJob()
        set.adopt(job.run())
    }
    check(set: &set, members, filters, on: batch)
    // Half of them go, so that what is left behind shows.
    for place in members.indices where place % 2 == 0 { set.remove(members[place]) }
    members = members.indices.filter { $0 % 2 == 1 }.map { members[$0] }
    check(set: &set, members, filters.indices.filter { $0 % 2 == 1 }.map { filters[$0] }, on: batch)
}

private func check(set: inout MatcherSet, _ members: [Int], _ filters: [Filter], on batch: EventBatch) {
    set.match(batch, in: 0..<batch.count, firstSeq: 7, members) { place, _, matched in
        var matcher = Matcher(filters[place], context: context)
        for index in 0..<batch.count {
            let isMatch = matcher.matches(batch, at: index, seq: 7 + UInt64(index))
            guard (matched & 1 << UInt64(index) != 0) == isMatch else {
                fatalError("\(filters[place].canonical) on \(batch.message(at: index)) \(batch.fields(at: index))")
            }
        }
    }
}

private func append(_ line: Substring, to batch: inout EventBatch) {
    var parts = line.split(separator: "|", omittingEmptySubsequences: false)
    let message = parts.removeFirst()
    var fields: [UInt8] = []
    for part in parts.prefix(12) {
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if !fields.isEmpty { fields.append(UInt8(ascii: ",")) }
        JSONText.append(pair[0], to: &fields)
        fields.append(UInt8(ascii: ":"))
        appendValue(pair.count > 1 ? pair[1] : "", depth: 4, to: &fields)
    }
    let origin = batch.origin(Origin(source: parts.isEmpty ? "nginx" : "disk", host: "web-\(parts.count)"))
    let time = Timestamp(nanoseconds: Int64(message.utf8.count) * 1_000_000_007)
    batch.append(
        time: time, received: Timestamp(nanoseconds: time.nanoseconds + Int64(parts.count) * 700_000_000),
        level: Level(rawValue: UInt8(message.utf8.count % 10)), origin: origin, message: Array(message.utf8).span,
        fields: fields.span)
    batch.records[batch.count - 1].streams = UInt64(parts.count)
}

/// A number, word, `[`array, `{`object or string.
private func appendValue(_ text: Substring, depth: Int, to fields: inout [UInt8]) {
    if Int64(text) != nil, text.first != "+", text == "0" || !text.drop(while: { $0 == "-" }).hasPrefix("0") {
        fields.append(contentsOf: text.utf8)
    } else if ["true", "false", "null", "1.5", "1e3", "-0.25"].contains(text) {
        fields.append(contentsOf: text.utf8)
    } else if depth > 0, text.hasPrefix("[") {
        fields.append(UInt8(ascii: "["))
        for (index, element) in text.dropFirst().split(separator: ",").enumerated() {
            if index > 0 { fields.append(UInt8(ascii: ",")) }
            appendValue(element, depth: depth - 1, to: &fields)
        }
        fields.append(UInt8(ascii: "]"))
    } else if depth > 0, text.hasPrefix("{") {
        let pair = text.dropFirst().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        fields.append(UInt8(ascii: "{"))
        JSONText.append(pair[0], to: &fields)
        fields.append(UInt8(ascii: ":"))
        appendValue(pair.count > 1 ? pair[1] : "", depth: depth - 1, to: &fields)
        fields.append(UInt8(ascii: "}"))
    } else {
        JSONText.append(text, to: &fields)
    }
}
