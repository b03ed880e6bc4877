/// How passwords and tokens are written beside their names.
enum PasswordForms {
    /// Names that say what they hold wherever they end a longer one: `dbPassword`, `x-api-key`.
    private static let names =
        "password|passwd|passphrase|passcode|secret|token|api[ _.-]?key|access[_.-]?key|secret[_.-]?key"
        + "|private[_.-]?key|auth[_.-]?key|signing[_.-]?key|encryption[_.-]?key|credentials?"
    /// Names that are syllables of others, too: they count alone or behind a separator.
    private static let shortNames = "pass|passw|pwd|pw|passwords|secrets|tokens"
    private static let name = "(?:[A-Za-z0-9_.-]*(?:\(Self.names))|(?:[A-Za-z0-9_.-]*[_.-])?(?:\(Self.shortNames)))"

    /// Text without quotes goes on to a blank, a quote or `&`; punctuation at its end is not taken. A backslash before
    /// a quote belongs to the quote, a bracket before one opens a list.
    private static let bare =
        #"((?:\\[^\s"']|[\[{][^\s"'&\\]|[^\s"'&\\\[{])*(?:\\[^\s"']|[\[{][^\s"'&\\]|[^\s"'&\\\[{,;)}\]]))"#
    private static let value = #"(?:"((?:[^"\\]|\\.)+)|'((?:[^'\\]|\\.)+)|"# + Self.bare + ")"

    static let expressions = [
        // password=x   "api_key": "x"   'token' => 'x'   ?access_token=x&…
        "(?i)(?:^|[^A-Za-z0-9/_.-])" + Self.name + #"["']?\]?[ \t]{0,16}(?:=>|:=|[:=])[ \t]*"# + Self.value,
        // --password x
        "(?i)(?:^|\\s)--?(?:[a-z0-9-]+-)?(?:\(Self.names)|\(Self.shortNames))[ \\t]+"
            + #"(?:"([^"]+)|'([^']+)|([^\s"'-][^\s"']*))"#,
        // scheme://user:x@host
        #"[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'?#]*:([^\s/"']+)@"#,
        // Authorization: Scheme x
        #"(?i)authorization["']?[ \t]*(?:=>|[:=])[ \t]*["']?((?:[A-Za-z0-9_-]+[ \t]+)?[^\s"',;]+)"#,
        // Cookie: a=x; b=y
        #"(?i)\b(?:set-)?cookie["']?[ \t]*(?:=>|:)[ \t]*["']?([^"'\r\n]+)"#,
    ]

    static let triggers = [
        "(?i)(?:pass|passw|password|passwd|passphrase|passcode|pwd|pw|secret|token|key|credential|authorization|cookie)"
            + #"s?(?:_base64|_untrusted)?\\{0,8}["']?\]?[ \t]{0,16}[:=]"#,
        "(?i)-(?:pass|passw|password|passwd|passphrase|passcode|pwd|pw|secret|token|[a-z_.-]{0,16}key|credential)"
            + #"s?[ \t]"#,
        #"://[^\s/@"]{0,256}@"#,
    ]
}

/// Whether a field's name says that its value is a secret.
enum SensitiveName {
    /// Ends of names, without separators and in lower case.
    private static let ends = [
        "password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "token", "apikey", "apikeys",
        "accesskey", "secretkey", "privatekey", "authkey", "signingkey", "encryptionkey", "credential", "credentials",
        "authorization", "cookie", "cookies",
    ].map { Array($0.utf8) }
    /// Last words of names.
    private static let words = ["pass", "passw", "pwd", "pw", "tokens"].map { Array($0.utf8) }
    /// What the relay's inputs put behind names.
    private static let suffixes = ["_base64", "_untrusted"].map { Array($0.utf8) }

    /// - Parameter name: as it reads, without escapes.
    static func isSensitive(_ name: some Collection<UInt8>) -> Bool {
        var name = Array(name)
        for suffix in Self.suffixes where name.count > suffix.count && name.suffix(suffix.count).elementsEqual(suffix) {
            name.removeLast(suffix.count)
        }
        var letters: [UInt8] = []
        var lastWord = 0
        var wasSmall = false
        for byte in name {
            let isCapital = byte &- UInt8(ascii: "A") < 26
            let isSmall = byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
            // What is not ASCII is a letter of its own or invisible; either way it does not part words.
            if isSmall || isCapital {
                if isCapital && wasSmall { lastWord = letters.count }
                letters.append(byte | 0x20)
            } else if byte < 0x80 {
                lastWord = letters.count
            }
            wasSmall = isSmall
        }
        let word = letters[min(lastWord, letters.count)...]
        return Self.ends.contains { letters.suffix($0.count).elementsEqual($0) }
            || Self.words.contains { word.elementsEqual($0) }
    }
}
