/// The fields of an event as `key=value` behind its message.
package struct FieldText: Sendable {
    package enum Choice: Sendable, Hashable {
        /// All but those that say where a line came from rather than what happened.
        case usual
        case all
        case none
        /// These, in this order; `a.b` is inside of `a`.
        case named([String])

        /// Reads `all`, `none` or names with commas.
        package init(parsing text: String?) {
            switch text {
            case nil: self = .usual
            case "all": self = .all
            case "none", "": self = .none
            case .some(let names):
                self = .named(names.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty })
            }
        }

        /// What the relay is to send: names of the top level; nil for everything.
        package var topLevelNames: [String]? {
            switch self {
            case .usual, .all: return nil
            case .none: return []
            case .named(let names):
                var seen: Set<String> = []
                return names.map { String($0.prefix { $0 != "." }) }.filter { seen.insert($0).inserted }
            }
        }
    }

    package struct Pair: Sendable, Hashable {
        /// Unescaped; nested ones with dots.
        package var key: String
        package var value: [UInt8]
        package var isString: Bool
    }

    package let choice: Choice

    package init(_ choice: Choice) { self.choice = choice }

    package func pairs(of event: EventLine) -> [Pair] {
        guard self.choice != .none, let fields = event.fields else { return [] }
        var pairs: [Pair] = []
        Self.flatten(fields, prefix: "", depth: 0, into: &pairs)
        switch self.choice {
        case .usual: return pairs.filter { !Self.isQuiet($0.key) }
        case .named(let names):
            return names.flatMap { name in pairs.filter { $0.key == name || $0.key.hasPrefix(name + ".") } }
        case .all, .none: return pairs
        }
    }

    private static let maxDepth = 16

    private static func flatten(_ object: JSONMembers, prefix: String, depth: Int, into pairs: inout [Pair]) {
        for member in object.members {
            let key = prefix + String(decoding: object.unescaped(member.key), as: UTF8.self)
            if member.value.kind == .object, depth < Self.maxDepth,
                let inner = JSONMembers(object.bytes, in: member.value.range), !inner.members.isEmpty
            {
                Self.flatten(inner, prefix: key + ".", depth: depth + 1, into: &pairs)
            } else {
                let isString = member.value.kind == .string
                pairs.append(Pair(key: key, value: object.text(of: member.value), isString: isString))
            }
        }
    }

    static func isQuiet(_ key: String) -> Bool {
        self.quietNames.contains(key) || self.quietPrefixes.contains(where: key.hasPrefix)
    }

    /// The page leaves the same ones out of its rows.
    private static let quietNames: Set<String> = [
        "file", "offset", "raw", "raw_base64", "lines", "truncated_bytes", "identifier", "pid", "line_pid", "unit",
        "transport", "priority", "facility", "boot_id", "machine_id", "hostname", "runtime_scope", "uid", "gid",
        "comm", "exe", "cmdline", "cap_effective", "invocation_id", "invocation", "boot", "selinux_context",
        "audit_session", "audit_loginuid", "source_realtime_timestamp", "timestamp", "stream_id", "cgroup", "slice",
        "session", "owner_uid", "user_unit", "user_slice", "code_file", "code_line", "code_func", "message_id",
        "tid", "job_id", "job_type", "job_result", "cpu_usage_nsec", "peer_uid", "peer_gid", "peer_pid",
    ]
    private static let quietPrefixes = ["syslog_", "systemd_", "kernel_", "udev_", "gap."]

    /// A value as logfmt has it: in quotes where it could be read otherwise.
    static func append(_ value: [UInt8], isString: Bool, to line: inout [UInt8]) {
        let isPlain = !value.isEmpty && value.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7f }
        if isPlain && (!isString || !value.contains(UInt8(ascii: "="))) || !isString {
            SafeText.append(value, lineEnds: .picture, to: &line)
        } else {
            var quoted: [UInt8] = [UInt8(ascii: "\"")]
            for byte in value {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
                case 0x0a: quoted += Array("\\n".utf8)
                case 0x0d: quoted += Array("\\r".utf8)
                case 0x09: quoted += Array("\\t".utf8)
                default: quoted.append(byte)
                }
            }
            quoted.append(UInt8(ascii: "\""))
            SafeText.append(quoted, lineEnds: .picture, to: &line)
        }
    }
}
