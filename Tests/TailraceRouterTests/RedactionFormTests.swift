import Foundation
import TailraceEvent
import TailraceRouter
import Testing

@Suite struct RedactionFormTests {
    private static let secret = "alice@example.com"

    private static func hex(_ text: String, _ prefix: String, _ suffix: String = "") -> String {
        text.utf8.map { prefix + String($0, radix: 16) + suffix }.joined()
    }

    /// Ways to write the secret that are seen through.
    private static let forms: [(name: String, text: String)] = [
        ("plain", Self.secret),
        ("URL", "alice%40example.com"),
        ("URL, all of it", Self.hex(Self.secret, "%")),
        ("URL, twice", "alice%2540example%252Ecom"),
        ("JSON escape", #"alice\u0040example.com"#),
        ("JSON escape, twice", #"alice\\u0040example.com"#),
        ("hex escape", #"alice\x40example\x2ecom"#),
        ("HTML", "alice&#64;example&#x2E;com"),
        ("HTML in a URL", "alice%26%2364%3Bexample.com"),
        ("base64", Data("user \(Self.secret) logged in".utf8).base64EncodedString()),
        ("base64 behind a path", "a/b/" + Data("user \(Self.secret) logged in".utf8).base64EncodedString()),
        ("base64 of base64", Data(Data("to \(Self.secret) now".utf8).base64EncodedString().utf8).base64EncodedString()),
        ("base64 of a URL", Data("mail=alice%40example.com&x=1".utf8).base64EncodedString()),
        ("base64 without padding", Data("\(Self.secret)!".utf8).base64EncodedString().replacing("=", with: "")),
        ("UTF-16", Self.secret.map { "\($0)\u{0}" }.joined()),
        ("zero width", Self.secret.map { "\($0)\u{200B}" }.joined()),
        ("soft hyphen", "ali\u{AD}ce@exam\u{AD}ple.com"),
        ("direction marks", "\u{202D}alice@\u{2066}example.com"),
        ("broken bytes", "al\u{FFFD}ice@exam\u{FFFD}ple.com"),
        ("terminal colours", "alice\u{1B}[31m@exam\u{1B}[1;2mple.com"),
        ("wide letters", "ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    ]

    @Test func `every form is seen through, with the same pseudonym`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.email, hash: true)]))
        let plain = Redacting.message(Self.secret, redactor)
        for form in Self.forms {
            let result = Redacting.message("to \(form.text) end", redactor)
            #expect(result.contains(plain), "\(form.name): \(result)")
            #expect(result.hasPrefix("to ") && result.hasSuffix(" end"), "\(form.name): \(result)")
            #expect(Redacting.message(result, redactor) == result, "\(form.name) again")
        }
    }

    @Test(arguments: BuiltinSecret.allCases)
    func `what stands in place of a secret is none, whatever is around it`(secret: BuiltinSecret) throws {
        let replacements = [(false, "[\(secret.rawValue)]"), (true, "[\(secret.rawValue):3f9a1c02b7d4]")]
        for (isHashed, name) in replacements {
            let redactor = try Redacting.all(hash: isHashed)
            let texts = [
                name, " \(name) ", "(\(name))", "\(name),b", "password=\(name) x", "{pw: \(name)}", "a://b:\(name)@c/d",
                "token: \(name)\(name)", "Authorization: \(name)=\(name)", "Bearer \(name)=\(name)",
                "Authorization: =\(name) x", "password==\(name)",
            ]
            for text in texts {
                #expect(Redacting.message(text, redactor) == text)
                #expect(!Redacting.message("\(text),password=hunter2", redactor).contains("hunter2"))
            }
        }
        let hashing = try Redacting.all(hash: true)
        #expect(!Redacting.message("[private-key:3f9a1c02b7d4e]", hashing).contains("3f9a1c02b7d4e"))
    }

    @Test func `every form is seen through in fields, in names and deep inside`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.email)]))
        for form in Self.forms {
            var value: [UInt8] = []
            JSONText.append("to \(form.text) end", to: &value)
            let text = String(decoding: value, as: UTF8.self)
            let result = Redacting.fields("{\"a\":{\"b\":[1,\(text)]},\(text):true}", redactor)
            #expect(result.components(separatedBy: "[email]").count == 3, "\(form.name): \(result)")
            #expect(Redacting.isJSON(Array(result.utf8.dropFirst().dropLast())), "\(form.name): \(result)")
        }
    }

    @Test func `JSON inside of a string stays JSON`() throws {
        let redactor = try Redacting.all()
        let result = Redacting.fields(
            #"{"body":"{\"mail\":\"al\\u0069ce@example.com\",\"password\":\"hunter2\",\"n\":1}"}"#, redactor)
        #expect(result == #"{"body":"{\"mail\":\"[email]\",\"password\":\"[password]\",\"n\":1}"}"#)
    }

    @Test func `words of a line that became fields are read together`() throws {
        let redactor = try Redacting.all()
        #expect(
            Redacting.fields(#"{"a":"x","Bearer":true,"A1b2C3d4.x":true,"z":1}"#, redactor)
                == #"{"a":"x","Bearer":true,"[bearer]":true,"z":1}"#)
        #expect(
            Redacting.fields(#"{"passwd:":true,"hunter2":true,"4111":true,"1111":"1111","2":true}"#, redactor)
                == #"{"passwd:":true,"[password]":true,"4111":true,"1111":"1111","2":true}"#)
        #expect(
            Redacting.fields(#"{"4111":true,"1111":true,"1111":true,"1111":true}"#, redactor).utf8
                .split(separator: UInt8(ascii: ",")).allSatisfy { $0.contains(UInt8(ascii: "[")) })
    }

    @Test func `numbers that are secrets become strings`() throws {
        let redactor = try Redacting.all()
        #expect(
            Redacting.fields(#"{"pan":4111111111111111,"n":[41,4111111111111111],"token":17,"ok":true}"#, redactor)
                == #"{"pan":"[credit-card]","n":[41,"[credit-card]"],"token":"[password]","ok":true}"#)
    }

    @Test func `values below a secret name are replaced one by one`() throws {
        let redactor = try Redacting.all()
        #expect(
            Redacting.fields(#"{"secrets":{"a":"x","b":["y",2,null,""]},"z":"w"}"#, redactor)
                == #"{"secrets":{"a":"[password]","b":["[password]","[password]",null,""]},"z":"w"}"#)
    }

    @Test func `exact bytes go with what was replaced in their text`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.email)]))
        let exact = Data([0x61, 0xFF] + Array(" \(Self.secret)".utf8)).base64EncodedString()
        #expect(
            Redacting.fields(#"{"a":1,"raw_base64":"\#(exact)"}"#, redactor, message: "a\u{FFFD} \(Self.secret)")
                == #"{"a":1}"#)
        let untouched = #"{"raw_base64":"/w==","a":1}"#
        #expect(Redacting.fields(untouched, redactor, message: "a") == untouched)
        #expect(
            Redacting.fields(#"{"blob":"x \#(Self.secret)","blob_base64":"eP8=","c":1,"c_base64":"/w=="}"#, redactor)
                == #"{"blob":"x [email]","c":1,"c_base64":"/w=="}"#)
    }

    @Test func `the end of a cut line is left out`() throws {
        let redactor = Redactor(Redaction([try Redacting.rule(.email), try Redacting.rule(.creditCard)]))
        func cut(_ message: String, _ fields: String) -> (String, String) {
            let result = redactor.redacted(message: Array(message.utf8), fields: Array(fields.utf8))
            return (String(decoding: result.message, as: UTF8.self), String(decoding: result.fields, as: UTF8.self))
        }
        let mark = #""truncated_bytes":9"#
        #expect(cut("to alice@exam", mark) == ("to [cut]", mark))
        #expect(cut("card 4111 1111 11", #""file":"/a b",\#(mark)"#) == ("card [cut]", #""file":"/a b",\#(mark)"#))
        #expect(cut("", #""a":"to alice@e",\#(mark)"#) == ("", #""a":"to [cut]",\#(mark)"#))
        #expect(cut("", #""a":41111111,\#(mark)"#) == ("", #""a":"[cut]",\#(mark)"#))
        #expect(cut("", #""a":true,"alice@ex":true,\#(mark)"#) == ("", #""a":true,"[cut]":true,\#(mark)"#))
        #expect(cut("to alice@exam", #""x":1"#) == ("to alice@exam", #""x":1"#))
        #expect(cut("to [cut]", mark) == ("to [cut]", mark))
    }
}
