/// The kinds of secrets that `match = "builtin:NAME"` knows; `docs/redaction.md` says what each one takes.
package enum BuiltinSecret: String, CaseIterable, Sendable {
    case email
    case ipv4
    case ipv6
    case creditCard = "credit-card"
    case bearer
    case basic
    case jwt
    case privateKey = "private-key"
    case awsKey = "aws-key"
    case password

    /// What stands before the name in the configuration.
    package static let prefix = "builtin:"

    /// How it is spelled, in RE2. The first group that took part is the secret; without groups all of it is.
    var expressions: [String] {
        switch self {
        case .email:
            [#"[\pL\pN_][\pL\pN._%+'-]*@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+(?:xn--[0-9A-Za-z-]+|\pL{2,})"#]
        case .ipv4: [#"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"#]
        case .ipv6: [#"[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*"#]
        case .creditCard:
            [
                #"[0-9]{13,19}"#,
                #"[0-9]{4}[ .-][0-9]{4}[ .-][0-9]{4}[ .-][0-9]{4}(?:[ .-][0-9]{3})?"#,
                #"[0-9]{4}[ .-][0-9]{6}[ .-][0-9]{4,5}"#,
            ]
        case .bearer: [#"(?i)\bbearer[\s:=]+["']?([A-Z0-9._~+/-]+=*)"#]
        case .basic: [#"(?i)\bbasic\s+["']?([A-Z0-9+/_-]{4,}={0,2})"#]
        case .jwt:
            // Its header is a JSON object: `{"`, `{ ` or `{` and a line end, in base64.
            [#"e(?:y[AIJ]|w[o0])[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}"#]
        case .privateKey:
            // One that has no end was cut.
            [
                #"(?s)-{4,5} ?BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)? ?-{4,5}.*?"#
                    + #"(?:-{4,5} ?END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)? ?-{4,5}|\z)"#
            ]
        case .awsKey: ["(?:^|[^A-Za-z0-9])(" + Self.keyForms.map(\.expression).joined(separator: "|") + ")"]
        case .password: PasswordForms.expressions
        }
    }

    /// Cheap signs that it may be there, for vectorscan over bytes; each spelling in `expressions` has one of them.
    var triggers: [String] {
        switch self {
        case .email: [#"[^\s"]@[A-Za-z0-9\x80-\xff]"#]
        case .ipv4: [#"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"#]
        case .ipv6: ["::[0-9A-Fa-f]", "[0-9A-Fa-f]::", "(?:[0-9A-Fa-f]{1,4}:){6}[0-9A-Fa-f]"]
        case .creditCard:
            [
                "[2-6][0-9]{12}", "[2-6][0-9]{3}[ .-][0-9]{4}[ .-][0-9]{4}[ .-][0-9]{4}",
                "[2-6][0-9]{3}[ .-][0-9]{6}[ .-][0-9]{4}",
            ]
        case .bearer: [#"(?i)bearer[\s:=]"#]
        case .basic: [#"(?i)basic\s+["']?[a-z0-9+/_-]{4}"#]
        case .jwt: [#"e(?:y[AIJ]|w[o0])[A-Za-z0-9_-]{6}"#]
        case .privateKey: ["PRIVATE KEY"]
        case .awsKey: Self.keyForms.map(\.trigger)
        case .password: PasswordForms.triggers
        }
    }

    /// Keys and tokens that their maker marks with a prefix.
    private static let keyForms: [(trigger: String, expression: String)] = [
        (  // AWS access keys
            "(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|AIPA|ABIA|ACCA)[A-Z0-9]{8}",
            #"(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|AIPA|ABIA|ACCA)[A-Z0-9]{16}\b"#
        ),
        ("gh[pousr]_[A-Za-z0-9]{8}", "gh[pousr]_[A-Za-z0-9]{20,}"),
        ("github_pat_[A-Za-z0-9]", "github_pat_[A-Za-z0-9_]{20,}"),
        ("glpat-[A-Za-z0-9_-]{8}", "glpat-[A-Za-z0-9_-]{16,}"),
        ("xox[abeoprs]-[A-Za-z0-9]", "xox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("AIza[0-9A-Za-z_-]{8}", "AIza[0-9A-Za-z_-]{30,}"),
        ("[rs]k_(?:live|test)_[0-9A-Za-z]", "[rs]k_(?:live|test)_[0-9A-Za-z]{16,}"),
        ("sk-[A-Za-z0-9_-]{12}", "sk-[A-Za-z0-9_-]{20,}"),
        ("npm_[A-Za-z0-9]{8}", "npm_[A-Za-z0-9]{30,}"),
        ("pypi-[A-Za-z0-9_-]{8}", "pypi-[A-Za-z0-9_-]{16,}"),
        ("hf_[A-Za-z0-9]{8}", "hf_[A-Za-z0-9]{30,}"),
        (#"SG\.[A-Za-z0-9_-]{8}"#, #"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"#),
        ("do[opr]_v1_[a-f0-9]{8}", "do[opr]_v1_[a-f0-9]{64}"),
        (#"hv[bsr]\.[A-Za-z0-9_-]{8}"#, #"hv[bsr]\.[A-Za-z0-9_-]{20,}"#),
    ]
}
