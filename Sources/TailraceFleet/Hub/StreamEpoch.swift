/// Names the numbers of a stream: the same on every hub, another one when the stream was made anew.
package enum StreamEpoch {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

    /// - Parameters:
    ///   - created: when the server made the stream, as it says it.
    ///   - origin: what the first hub wrote down where numbering began.
    package static func name(stream: String, created: Int64, origin: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(stream)\n\(created)\n\(origin)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        // FNV-1a leaves its low bits poorly mixed.
        hash ^= hash >> 32
        hash = hash &* 0x9e37_79b9_7f4a_7c15
        hash ^= hash >> 29
        let name = (0..<10).map { Self.letters[Int(hash >> UInt64($0 * 5) & 31)] }
        return String(decoding: name, as: UTF8.self)
    }
}
