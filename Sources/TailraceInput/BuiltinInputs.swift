/// The kinds of input that this binary knows.
package enum BuiltinInputs {
    package static let all: [any Input.Type] = [
        FileInput.self, JournaldInput.self, UnixInput.self, SyslogInput.self, ExecInput.self, StdinInput.self,
    ]

    /// The input that the configuration spells so; nil if there is none.
    package static func kind(named name: String) -> (any Input.Type)? { Self.all.first { $0.kind == name } }
}
