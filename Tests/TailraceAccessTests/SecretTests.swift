import TailraceAccess
import TailraceEvent
import Testing

struct SecretTests {
    @Test func `a token is long, said to be one, and found by its hash alone`() throws {
        let token = AccessToken.make()
        #expect(token.hasPrefix("tailrace_"))
        #expect(token.utf8.count == 9 + 43)
        let hash = AccessToken.hash(of: token)
        #expect(!hash.contains(token.dropFirst(9)))
        #expect(AccessToken.digest(ofHash: hash) == AccessToken.digest(ofShown: token))
        #expect(AccessToken.make() != token)
    }

    @Test(arguments: ["", "sha256:", "sha256:12", "md5:" + String(repeating: "0", count: 64), "tailrace_x"])
    func `what is no hash of a token is refused`(text: String) {
        #expect(AccessToken.digest(ofHash: text) == nil)
    }

    @Test func `W5 secrets are compared over digests of one length`() {
        #expect(Secret.digest("a").count == Secret.digest(String(repeating: "b", count: 10_000)).count)
        #expect(Secret.areEqual(Secret.digest("a"), Secret.digest("a")))
        #expect(!Secret.areEqual(Secret.digest("a"), Secret.digest("b")))
        #expect(!Secret.areEqual([1], [1, 2]))
    }

    @Test func `W6 a password is hashed with yescrypt and matches itself alone`() throws {
        let hash = try #require(PasswordHash(hashing: "correct horse"))
        #expect(hash.text.hasPrefix("$y$"))
        #expect(hash.matches("correct horse"))
        #expect(!hash.matches("correct horsf"))
        #expect(!hash.matches(""))
        #expect(!hash.matches(String(repeating: "x", count: PasswordHash.maxPasswordBytes + 1)))
        #expect(PasswordHash(hash.text) == hash)
        #expect(PasswordHash(hashing: "correct horse") != hash)
    }

    @Test(arguments: [
        "", "secret", "$1$abcdefgh$", "$5$rounds=5000$salt$x", "$6$salt$0000", "$y$", "$2b$", "*", "aaJ8",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ])
    func `W6 forms that are guessed quickly, or are no hash, are refused`(text: String) {
        #expect(PasswordHash(text) == nil)
    }
}

struct AddressRangeTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("10.0.0.0/8", "10.255.1.2", true),
        ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("192.0.2.128/25", "192.0.2.200", true), ("2001:db8::/32", "2001:db8:1::5", true),
        ("2001:db8::/32", "2001:db9::5", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("::1", "::1", true),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("fe80::/10", "fe80::1%eth0", true),
        ("10.0.0.0/8", "no address", false),
    ])
    func `a range has the addresses of its network`(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(address) == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "host", "10.0.0.0/"])
    func `what is no range is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
