internal import NIOHTTP1

/// What the HTTP parser refuses, in words.
enum MalformedRequest {
    static func problem(_ error: any Error) -> Problem {
        switch error as? HTTPParserError {
        case .headerOverflow:
            Problem(.requestHeaderFieldsTooLarge, "the request line and header fields are too large or too many")
        case .invalidVersion: Problem(.badRequest, "this is not HTTP/1.1 or HTTP/1.0 with lines that end in CR LF")
        case .invalidMethod: Problem(.badRequest, "not an HTTP method")
        case .invalidContentLength, .unexpectedContentLength:
            Problem(.badRequest, "Content-Length is not one number, or stands beside Transfer-Encoding")
        default: Problem(.badRequest, "this is not a well-formed HTTP/1.1 request")
        }
    }
}
