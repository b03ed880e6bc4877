/// The header of a frame that a server sends: never masked, never a fragment (RFC 6455 §5.2).
///
/// ```
/// | FIN RSV1 0 0 opcode(4) | 0 length(7) | 16 or 64 bits of length, where 7 are not enough |
/// ```
/// Whoever builds a frame leaves `maxBytes` free in front of the payload and writes the header backwards, so that
/// header and payload are one buffer and one write.
package enum FrameHeader {
    package enum Opcode: UInt8, Sendable {
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xa
    }

    /// Room that always suffices.
    package static let maxBytes = 10

    /// How many bytes the header of such a payload takes: 2, 4 or 10.
    package static func byteCount(payloadBytes: Int) -> Int {
        payloadBytes <= 125 ? 2 : payloadBytes <= 0xffff ? 4 : 10
    }

    /// Appends the header.
    ///
    /// - Parameter isCompressed: sets RSV1, "this message is deflated" (RFC 7692 §6).
    package static func append(
        _ opcode: Opcode, isCompressed: Bool, payloadBytes: Int, to output: inout [UInt8]
    ) {
        output.append(0x80 | (isCompressed ? 0x40 : 0) | opcode.rawValue)
        switch Self.byteCount(payloadBytes: payloadBytes) {
        case 2: output.append(UInt8(payloadBytes))
        case 4: output.append(contentsOf: [126, UInt8(payloadBytes >> 8), UInt8(payloadBytes & 0xff)])
        default:
            output.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                output.append(UInt8(truncatingIfNeeded: payloadBytes >> shift))
            }
        }
    }

    /// Writes the header so that it ends right before `payloadStart`, over bytes that were left free there.
    ///
    /// - Returns: where the frame starts.
    package static func put(
        _ opcode: Opcode, isCompressed: Bool, before payloadStart: Int, in frame: inout [UInt8]
    ) -> Int {
        let payloadBytes = frame.count - payloadStart
        precondition(payloadStart >= Self.maxBytes, "a frame needs room for its header")
        var header: [UInt8] = []
        header.reserveCapacity(Self.maxBytes)
        Self.append(opcode, isCompressed: isCompressed, payloadBytes: payloadBytes, to: &header)
        let start = payloadStart - header.count
        frame.replaceSubrange(start..<payloadStart, with: header)
        return start
    }
}
