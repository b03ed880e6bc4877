/// The bytes are a rotated file that calls itself compressed, of which a reader has to find its place.
///
/// Whatever stands in it, memory and output stay within limits, what is read at an offset is the same in whichever
/// order and with whatever short reads of the file, and the end is told once all was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGzipTail(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let file = Array(UnsafeBufferPointer(start: start, count: count))
    let limits = InflateLimits(maxBytes: 512 << 10, maxRatio: 200)
    let whole = content(of: file, limits, shortReads: false)
    var expected: [UInt8] = []
    while let piece = read(whole, 40_000, at: UInt64(expected.count)) { expected += piece }
    guard whole.end != nil else { fatalError("the end was not told") }
    guard UInt64(expected.count) <= limits.maxBytes + (64 << 10) else { fatalError("\(expected.count) bytes came out") }
    if let rest = whole.rest(after: UInt64(expected.count)), rest == 0 || rest > UInt64(count) * 1_032 {
        fatalError("\(rest) bytes can't be missing")
    }
    checkPlaces(whole, expected, seed: count)
    let cut = content(of: file, limits, shortReads: true)
    var again: [UInt8] = []
    while let piece = read(cut, 7_000, at: UInt64(again.count)) { again += piece }
    let common = min(again.count, expected.count)
    guard again[..<common] == expected[..<common] else { fatalError("short reads changed what was read") }
    if whole.end == .complete, again.count != expected.count { fatalError("short reads cut what was read") }
    return 0
}

private func content(of file: [UInt8], _ limits: InflateLimits, shortReads: Bool) -> InflatedContent {
    InflatedContent(size: UInt64(file.count), limits: limits) { (buffer, count, offset) throws(SystemError) in
        let start = min(file.count, Int(offset))
        let piece = file[start..<min(file.count, start + (shortReads ? min(count, 1 + start % 5) : count))]
        buffer.replaceSubrange(0..<piece.count, with: piece)
        return piece.count
    }
}

private func read(_ content: InflatedContent, _ count: Int, at offset: UInt64) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    guard let length = try? content.read(into: &buffer, count: count, at: offset) else { fatalError("a read failed") }
    return length == 0 ? nil : Array(buffer[..<length])
}

private func checkPlaces(_ content: InflatedContent, _ expected: [UInt8], seed: Int) {
    var state = UInt64(seed)
    for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let offset = expected.isEmpty ? 0 : Int(state >> 33) % expected.count
        let length = 1 + Int(state >> 20) % 5_000
        let wanted = expected[offset..<min(expected.count, offset + length)]
        guard read(content, length, at: UInt64(offset)) ?? [] == Array(wanted) else {
            fatalError("\(length) bytes at \(offset) are others than before")
        }
    }
}
