import TailraceDeflate
import TailraceTesting
import Testing

struct DeflateAgreementTests {
    private static let plain = "permessage-deflate; client_no_context_takeover"

    @Test(
        arguments: [
            ("permessage-deflate", plain),
            ("permessage-deflate; client_max_window_bits", plain),
            ("permessage-deflate; client_max_window_bits=8", plain),
            ("permessage-deflate; client_max_window_bits=15; client_no_context_takeover", plain),
            (
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
            ),
            (
                "permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; client_no_context_takeover; server_max_window_bits=9"
            ),
            (
                "permessage-deflate; server_max_window_bits=\"15\"",
                "permessage-deflate; client_no_context_takeover; server_max_window_bits=15"
            ),
            (
                "permessage-deflate; server_max_window_bits=\"1\\0\"",
                "permessage-deflate; client_no_context_takeover; server_max_window_bits=10"
            ),
            ("  permessage-deflate\t;client_max_window_bits = \"12\" ", plain),
            ("x-webkit-deflate-frame, permessage-deflate", plain),
            ("permessage-bzip2; a=\"b\", permessage-deflate; client_max_window_bits", plain),
            // The first acceptable offer wins; the others are the client's fall-backs.
            (
                "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; client_no_context_takeover; server_max_window_bits=10"
            ),
            ("permessage-deflate; server_max_window_bits=10; bogus, permessage-deflate", plain),
        ])
    func `an acceptable offer is answered`(header: String, answer: String) {
        #expect(DeflateAgreement.negotiate(offers: header)?.responseHeader == answer)
    }

    @Test(
        arguments: [
            "",
            "permessage-bzip2",
            "permessage-deflate; unknown",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_no_context_takeover=true",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=8",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_max_window_bits=010",
            "permessage-deflate; server_max_window_bits=+10",
            "permessage-deflate; server_max_window_bits=99999999999999999999",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=16",
            // Broken grammar.
            "permessage-deflate; server_max_window_bits=\"10",
            "permessage-deflate; server_max_window_bits=\"\"",
            "permessage-deflate;",
            "permessage-deflate,",
            ",permessage-deflate",
            "permessage-deflate server_no_context_takeover",
            "permessage-deflate; =10",
            "permessage-deflate; a=b=c",
            "perméssage-deflate",
        ])
    func `any other offer is declined`(header: String) {
        #expect(DeflateAgreement.negotiate(offers: header) == nil)
    }

    @Test func `what was agreed is told apart from what was hinted`() throws {
        let agreement = try #require(
            DeflateAgreement.negotiate(
                offers: "permessage-deflate; server_max_window_bits=11; client_max_window_bits=9"))
        #expect(agreement.serverMaxWindowBits == 11)
        #expect(agreement.clientMaxWindowBits == 9)
        #expect(agreement.clientNoContextTakeover)
        #expect(!agreement.serverNoContextTakeover)
    }

    @Test func `a flood of offers or parameters is no offer`() {
        let bad = "permessage-deflate; server_max_window_bits=8"
        let fifteen = Array(repeating: bad, count: 15).joined(separator: ", ")
        #expect(DeflateAgreement.negotiate(offers: fifteen + ", permessage-deflate") != nil)
        #expect(DeflateAgreement.negotiate(offers: "\(fifteen), \(bad), permessage-deflate") == nil)
        let parameters = (0..<9).map { "; p\($0)" }.joined()
        #expect(DeflateAgreement.negotiate(offers: "x\(parameters), permessage-deflate") == nil)
        let long = String(repeating: " ", count: 5000)
        #expect(DeflateAgreement.negotiate(offers: "permessage-deflate\(long)") == nil)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `no bytes at all can trap the parser`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "permessage-deflate", "server_max_window_bits", ";", ",", "=", "\"", "\\", " ", "10", "é", "\u{0}",
        ]
        for _ in 0..<5000 {
            let header = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            if let agreement = DeflateAgreement.negotiate(offers: header.joined()) {
                #expect((9...15).contains(agreement.serverMaxWindowBits))
            }
        }
    }
}
