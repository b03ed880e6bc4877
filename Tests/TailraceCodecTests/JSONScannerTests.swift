import Testing

@testable import TailraceCodec

struct JSONScannerTests {
    private func accepts(_ text: String) -> Bool {
        var scanner = JSONScanner()
        return scanner.scan(Array(text.utf8).span)
    }

    @Test(arguments: [
        #"{}"#, #" { } "#, #"{"a":1}"#, #"{"a":[],"b":{},"c":[{}],"d":[1,[2,[3]]]}"#,
        #"{"a":-0,"b":0.5,"c":1e5,"d":-1.5E-10,"e":1E+2}"#, #"{"a":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"}"#,
        #"{"":""}"#, #"{"a":true,"b":false,"c":null}"#, "{\n\t\"a\" :\r [ 1 , 2 ] }", #"{"a":1,"a":2}"#,
        #"{"ä€😀":"ä€😀"}"#, "{\"a\":\"\u{7f}\u{2028}\"}", #"{"sixteen bytes and":"a longer string than one step"}"#,
    ])
    func `an object is accepted`(text: String) {
        #expect(self.accepts(text))
    }

    @Test(arguments: [
        "", "{", "}", "[]", "[1]", "1", "\"a\"", "null", "{}{}", "{}x", "{},", "x{}", "{,}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{"a":1]"#, #"{"a":[1}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a"::1}"#,
        #"{a:1}"#, #"{'a':1}"#, #"{1:1}"#, #"{"a":01}"#, #"{"a":-}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#,
        #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":0x1}"#, #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":tru}"#,
        #"{"a":truex}"#, #"{"a":nul"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, #"{"a":"\u12"}"#, #"{"a":"\"}"#,
        #"{"a":"\ud83d"}"#, #"{"a":"\ude00"}"#, #"{"a":"\ud83d\u0041"}"#, #"{"a":"\ud83d\ud83d"}"#,
        "{\"a\":\"\u{01}\"}", "{\"a\":\"tab\there\"}", "{\"a\":\u{00a0}1}", "{\"a\":1\u{0c}}", "\u{FEFF}{}",
        #"{"a":1/**/}"#, "{\"a\":\"unfinished", #"{"a":[[[[}"#, #"{"a":]}"#, #"{]"#,
    ])
    func `anything else is refused`(text: String) {
        #expect(!self.accepts(text))
    }

    @Test func `nesting has a limit and costs no stack`() {
        func nested(_ depth: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(self.accepts(nested(JSONScanner.maxDepth)))
        #expect(!self.accepts(nested(JSONScanner.maxDepth + 1)))
        #expect(!self.accepts(#"{"a":"# + String(repeating: "[", count: 1_000_000)))
        #expect(!self.accepts(String(repeating: #"{"a":"#, count: 100_000)))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a damaged object is accepted only if a second reader accepts it`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let whole = Array(#"{"a":[1,{"b":"x\n\u00e9"},true,null,-1.5e3],"c":{"d":[]},"e":""}"#.utf8)
        let alphabet = Array(#"{}[]",:\tfnu019.e-+x"#.utf8)
        var damaged = whole
        for _ in 0...Int.random(in: 0...2, using: &numbers) {
            let index = Int.random(in: 0..<damaged.count, using: &numbers)
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: damaged[index] = alphabet.randomElement(using: &numbers) ?? 0
            case 1: damaged.remove(at: index)
            default: damaged.insert(alphabet.randomElement(using: &numbers) ?? 0, at: index)
            }
        }
        let text = String(decoding: damaged, as: UTF8.self)
        #expect(self.accepts(text) == JSONCheck.isMinifiedObject(text), "\(text)")
    }
}
