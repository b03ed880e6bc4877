import TailraceRouter
import Testing

@Suite struct BuiltinSecretTests {
    @Test(arguments: [
        (BuiltinSecret.email, "mail alice@example.com, bob.b+x@mail.example.co.uk.", "mail [email], [email]."),
        (.email, "müller@exämple.de o'brien@example.org x@xn--bcher-kva.xn--p1ai", "[email] [email] [email]"),
        (.email, "user=alice@example.com;<bob@example.com>", "user=[email];<[email]>"),
        (.ipv4, "from 10.0.0.1:80 to /192.168.255.254. and (127.0.0.1)", "from [ipv4]:80 to /[ipv4]. and ([ipv4])"),
        (.ipv4, "Chrome/120.0.0.0 looks like one", "Chrome/[ipv4] looks like one"),
        (.ipv6, "::1 2001:db8::8a2e:370:7334 [fe80::1%eth0]:443", "[ipv6] [ipv6] [[ipv6]%eth0]:443"),
        (.ipv6, "::ffff:10.0.0.1:443 peer:2001:db8::1, 1:2:3:4:5:6:7:8:443", "[ipv6]:443 peer:[ipv6], [ipv6]:443"),
        (.ipv6, "at 2001:DB8:0:0:8:800:200C:417A.", "at [ipv6]."),
        (.creditCard, "4111111111111111 378282246310005", "[credit-card] [credit-card]"),
        (.creditCard, "4111-1111-1111-1111, 5555 5555 5555 4444", "[credit-card], [credit-card]"),
        (.creditCard, "3782 822463 10005/6011.1111.1111.1117", "[credit-card]/[credit-card]"),
        (.bearer, "Authorization: Bearer abc, bearer A1b2C3d4", "Authorization: Bearer [bearer], bearer [bearer]"),
        (.basic, "authorization: basic xyz0 and Basic dXNlcjpwYXNz", "authorization: basic [basic] and Basic [basic]"),
        (.jwt, "t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl x", "t=[jwt] x"),
        (.jwt, "cut eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi", "cut [jwt]"),
        (
            .privateKey, "a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- b", "a [private-key] b"
        ),
        (.privateKey, "cut -----BEGIN PRIVATE KEY-----\nMIIB", "cut [private-key]"),
        (.awsKey, "id AKIAIOSFODNN7EXAMPLE, ghp_0123456789abcdefghijABCDEFGHIJ012345", "id [aws-key], [aws-key]"),
        (.awsKey, "sk_live_0123456789abcdef AKIAIOSFODNN7EXAMPLE", "[aws-key] [aws-key]"),
        (.password, "password=a,b passwd: x; y", "password=[password] passwd: [password]; y"),
        (.password, #"secret = "q\"r" x"#, #"secret = "[password]" x"#),
        (.password, "GET /x?token=abc&api_key=def HTTP/1.1", "GET /x?token=[password]&api_key=[password] HTTP/1.1"),
        (.password, #"{"password":"a b","x":1}"#, #"{"password":"[password]","x":1}"#),
        (.password, #"{"dbPassword":12,"x":1}"#, #"{"dbPassword":[password],"x":1}"#),
        (.password, "'token' => 'x', [secret]: y", "'token' => '[password]', [secret]: [password]"),
        (.password, "run --password hunter2 --db-token \"a b\"", "run --password [password] --db-token \"[password]\""),
        (.password, "postgres://bob:p@ss@db:5432/x", "postgres://bob:[password]@db:5432/x"),
        (.password, "Authorization: Digest abc", "Authorization: [password]"),
        (.password, "Cookie: a=1; b=2", "Cookie: [password]"),
    ])
    func `a secret is replaced and what is around it stays`(_ builtin: BuiltinSecret, text: String, expected: String)
        throws
    {
        #expect(try Redacting.message(text, builtin) == expected)
    }

    @Test(arguments: [
        (BuiltinSecret.email, "user@1000.service getty@tty1.service logo@2x.png root@localhost a@b @handle x@10.0.0.1"),
        (.email, "lodash@4.17.21 git@ @ a@.com"),
        (.ipv4, "v1.2.3.4 1.2.3.4.5 256.1.1.1 1.2.3 2026.11.22 0.1.2.3456"),
        (.ipv6, "12:34:56 12:34:56.789 2026-11-22T07:35:12+00:00 00:1a:2b:3c:4d:5e 02:1a:2b:ff:fe:3c:4d:5e"),
        (.ipv6, "std::vector a::b::c Foo::Bar dead::beef :: 1:2:3 de:ad:be:ef:00:11:22:33:44:55:66:77:88:99:aa:bb"),
        (.creditCard, "4111111111111112 1234567890123456 0000000000000000 41111111111111111111"),
        (.creditCard, "blk_4000000000000000006 x4111111111111111 0.4111111111111111 1700000000000000000"),
        (.creditCard, "41111111-1111-4111-8111-111111111111 5d41402a-bc4b-2a76-b971-9d911017c592"),
        (.bearer, "bearer authentication failed; the bearer of this"),
        (.basic, "basic authentication, Basic auth, BASIC programs"),
        (.jwt, "eyJhbGciOiJIUzI1NiJ9 hey.there.you eyes.on.this"),
        (.privateKey, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE----- PRIVATE KEY"),
        (.awsKey, "AKIA AKIAIOSFODNN7 xAKIAIOSFODNN7EXAMPLE task-sk-1 sk-short"),
        (.password, "Failed password for root; tokens: ; bypass=1 compass: x /etc/passwd: no; password="),
        (.password, "monkey=1 http://example.com:80/a@b pwdx=1"),
    ])
    func `what only looks like a secret stays`(_ builtin: BuiltinSecret, text: String) throws {
        #expect(try Redacting.message(text, builtin) == text)
    }

    @Test func `a card number has an issuer and a right check digit`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.creditCard)]))
        for number in 4_000_000_000_000_000..<4_000_000_000_000_100 {
            let digits = String(number).compactMap(\.wholeNumberValue)
            let sum = digits.reversed().enumerated().reduce(0) { sum, place in
                sum + (place.offset % 2 == 0 ? place.element : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][place.element])
            }
            #expect((Redacting.message("\(number)", redactor) == "[credit-card]") == (sum % 10 == 0), "\(number)")
        }
    }

    @Test func `names of fields say what is secret`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.password)]))
        let secret = [
            "password", "Password", "db_password", "dbPassword", "DB-PASSWORD", "x-api-key", "apiKey", "smtp.pass",
            "userPwd", "access_token", "aws_secret_access_key", "client_secret", "Authorization", "set-cookie",
            "password_base64", "password_untrusted", "p\\u0061ssword", "pass\u{200B}word",
        ]
        for name in secret {
            #expect(Redacting.fields(#"{"\#(name)":"x"}"#, redactor) == #"{"\#(name)":"[password]"}"#, "\(name)")
        }
        let others = [
            "compass", "bypass", "passenger", "secretary", "key", "monkey", "author", "password_length", "pw_x",
        ]
        for name in others {
            #expect(Redacting.fields(#"{"\#(name)":"x"}"#, redactor) == #"{"\#(name)":"x"}"#, "\(name)")
        }
    }
}
