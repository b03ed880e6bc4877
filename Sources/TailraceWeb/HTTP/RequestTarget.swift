/// A request target (RFC 9112 §3.2) taken apart once, so that routing and access see the same path.
package struct RequestTarget: Sendable, Hashable {
    package enum Refusal: Error, Hashable {
        /// Neither `/path` nor `http://host/path`, or a path that would be another one after normalisation.
        case path
        /// A broken escape in the query, or too many parameters.
        case query
    }

    /// Percent-decoded; no empty, `.` or `..` segment, no `%`, `\` or control character.
    package var path: String
    package var query: QueryParameters
    /// The authority of an absolute-form target.
    package var authority: String?

    package init(_ target: String) throws(Refusal) {
        var rest = target[...]
        if !rest.utf8.starts(with: "/".utf8) {
            guard let scheme = Self.httpSchemes.first(where: { rest.lowercased().hasPrefix($0) }) else { throw .path }
            rest = rest.dropFirst(scheme.count)
            let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) ?? rest.endIndex
            self.authority = String(rest[..<end])
            rest = rest[end...]
        }
        let queryStart = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        self.path = try Self.decodedPath(rest[..<(queryStart ?? rest.endIndex)])
        guard let queryStart else {
            self.query = QueryParameters()
            return
        }
        guard let query = QueryParameters(decoding: rest[rest.utf8.index(after: queryStart)...]) else { throw .query }
        self.query = query
    }

    /// Rejects rather than repairs: `/a/../b`, `/a//b`, `/%2e%2e/`, `/a%2fb`, `/%252e`, `/a\b` name nothing here.
    private static func decodedPath(_ raw: Substring) throws(Refusal) -> String {
        guard !raw.isEmpty else { return "/" }
        guard !raw.utf8.contains(UInt8(ascii: "#")), let path = PercentCoding.decode(raw.utf8, plusIsSpace: false),
            !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0x25 || $0 == 0x5c })
        else { throw .path }
        let slash = UInt8(ascii: "/")
        let segments = path.utf8.split(separator: slash, omittingEmptySubsequences: false)
        let rawSegments = raw.utf8.split(separator: slash, omittingEmptySubsequences: false)
        // An encoded slash shows as one more segment than the raw path has.
        guard segments.count == rawSegments.count, segments.first?.isEmpty == true else { throw .path }
        for (index, segment) in segments.enumerated().dropFirst() {
            let isLast = index == segments.count - 1
            if segment.isEmpty && !isLast { throw .path }
            if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) { throw .path }
        }
        return path
    }

    private static let httpSchemes = ["http://", "https://"]
}
