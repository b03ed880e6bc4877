internal import TailraceEvent

extension OwnLogRecord {
    /// What a message or value has at most in the journal, so that a record always fits in one datagram.
    package static let maxValueBytes = 8 << 10
    package static let maxFields = 16

    /// A line for people: `2026-11-22T19:53:29.000000001Z warn The input failed input=app reason="no such file"`.
    package var text: [UInt8] {
        var text: [UInt8] = []
        self.time.appendRFC3339(to: &text)
        text += Array(" \(self.levelName) ".utf8)
        self.appendSentence(to: &text)
        text.append(UInt8(ascii: "\n"))
        return text
    }

    /// A line of JSON, as an input with `format = "json"` reads it.
    package var json: [UInt8] {
        var text = Array("{\"time\":\"".utf8)
        self.time.appendRFC3339(to: &text)
        text += Array("\",\"level\":\"\(self.levelName)\",\"message\":".utf8)
        JSONText.append(self.message, to: &text)
        for field in self.fields {
            text.append(UInt8(ascii: ","))
            JSONText.append(field.name, to: &text)
            text.append(UInt8(ascii: ":"))
            JSONText.append(field.value, to: &text)
        }
        text += Array("}\n".utf8)
        return text
    }

    /// A datagram in the journal's own protocol: a field of its own for each value, and the whole sentence for people.
    package var journal: [UInt8] {
        var sentence: [UInt8] = []
        self.appendSentence(to: &sentence)
        var datagram: [UInt8] = []
        Self.append("PRIORITY", Array("\(self.priority)".utf8), to: &datagram)
        Self.append("SYSLOG_IDENTIFIER", Array("tailrace".utf8), to: &datagram)
        Self.append("CODE_FILE", Array(self.file.utf8), to: &datagram)
        Self.append("CODE_LINE", Array("\(self.line)".utf8), to: &datagram)
        for field in self.fields.prefix(Self.maxFields) {
            Self.append(Self.journalName(field.name), Array(field.value.utf8), to: &datagram)
        }
        Self.append("MESSAGE", sentence, to: &datagram)
        return datagram
    }

    /// The message with its values behind it. Nothing in it can begin a line of its own.
    private func appendSentence(to text: inout [UInt8]) {
        for byte in self.message.utf8 { text.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte) }
        for field in self.fields {
            text += Array(" \(field.name)=".utf8)
            if field.value.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }) || field.value.isEmpty {
                JSONText.append(field.value, to: &text)
            } else {
                text += Array(field.value.utf8)
            }
        }
    }

    /// Names are upper case ASCII letters, digits and underscores; ours begin alike, so that none is taken for one
    /// that has a meaning already.
    private static func journalName(_ name: String) -> String {
        let rest = name.utf8.prefix(50).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return "TAILRACE_" + String(decoding: rest, as: UTF8.self)
    }

    /// `NAME=value`, or for a value of several lines its name, its length in eight bytes and itself.
    private static func append(_ name: String, _ value: [UInt8], to datagram: inout [UInt8]) {
        let value = value.prefix(Self.maxValueBytes)
        datagram += Array(name.utf8)
        if value.contains(UInt8(ascii: "\n")) {
            datagram.append(UInt8(ascii: "\n"))
            let length = UInt64(value.count)
            for byte in 0..<8 { datagram.append(UInt8(truncatingIfNeeded: length >> (8 * UInt64(byte)))) }
        } else {
            datagram.append(UInt8(ascii: "="))
        }
        datagram += value
        datagram.append(UInt8(ascii: "\n"))
    }
}
