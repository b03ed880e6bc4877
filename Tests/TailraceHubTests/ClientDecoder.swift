import Foundation
import NIOCore
import TailraceDeflate
import TailraceHub
import Testing

/// Reads a reader's bytes as a client of its form would, and remembers what it read in one window if it agreed to one.
struct ClientDecoder: ~Copyable {
    private let form: WireForm
    private var inflater: Inflater

    init(form: WireForm) {
        self.form = form
        // A client's window is as small as it said, so that a message which refers further back is an error.
        if case .webSocket(.independent(let bits)) = form {
            self.inflater = Inflater(windowBits: bits)
        } else {
            self.inflater = Inflater(windowBits: 15)
        }
    }

    mutating func messages(in bytes: ByteBuffer) throws -> [Message] {
        let all = Array(bytes.readableBytesView)
        switch self.form {
        case .webSocket: return [try self.frame(all)]
        case .lines: return try all.split(separator: UInt8(ascii: "\n")).map { try Message(json: Array($0)) }
        case .serverSentEvents, .messages: return try Self.serverSentEvents(String(decoding: all, as: UTF8.self))
        }
    }

    /// One unfragmented, unmasked text frame (RFC 6455 §5.2).
    private mutating func frame(_ bytes: [UInt8]) throws -> Message {
        try #require(bytes.count >= 2 && bytes[0] & 0xbf == 0x81 && bytes[1] < 0x80)
        let isCompressed = bytes[0] & 0x40 != 0
        let (length, start): (Int, Int) =
            switch bytes[1] {
            case 126: (bytes[2..<4].reduce(0) { $0 << 8 | Int($1) }, 4)
            case 127: (bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
            default: (Int(bytes[1]), 2)
            }
        try #require(bytes.count == start + length)
        guard isCompressed else { return try Message(json: Array(bytes[start...])) }
        if case .webSocket(.none) = self.form { Issue.record("compressed for a reader that did not agree to it") }
        if case .webSocket(.independent) = self.form { self.inflater.reset() }
        var json: [UInt8] = []
        try self.inflater.decompress(bytes.span.extracting(start..<bytes.count), limit: 64 << 20, into: &json)
        return try Message(json: json, isCompressed: true)
    }

    private static func serverSentEvents(_ text: String) throws -> [Message] {
        try text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { block in
            let data = try #require(block.split(separator: "\n").last { $0.hasPrefix("data: ") })
            return try Message(json: Array(data.dropFirst(6).utf8))
        }
    }
}
