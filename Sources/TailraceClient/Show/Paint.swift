package import TailraceEvent

/// The colours of the terminal: sixteen of them, which every theme keeps readable.
package struct Paint: Sendable {
    package enum Style: Sendable, Hashable {
        case muted, match, gap, notice
        case level(Level?)
        case source(String)
    }

    package let isOn: Bool

    package init(isOn: Bool) { self.isOn = isOn }

    package func append(_ style: Style, to line: inout [UInt8], _ text: (inout [UInt8]) -> Void) {
        guard self.isOn, let code = Self.code(style) else { return text(&line) }
        line.append(contentsOf: "\u{1b}[\(code)m".utf8)
        text(&line)
        line.append(contentsOf: "\u{1b}[0m".utf8)
    }

    private static func code(_ style: Style) -> String? {
        switch style {
        case .muted: "2"
        case .match: "30;43"
        case .gap: "1;33"
        case .notice: "36"
        case .level(let level): Self.code(level)
        case .source(let name): String(Self.sourceCodes[Int(Self.hash(name) % UInt32(Self.sourceCodes.count))])
        }
    }

    private static func code(_ level: Level?) -> String? {
        switch level {
        case .trace, .debug: "2"
        case .info: "32"
        case .notice: "36"
        case .warn: "33"
        case .error: "31"
        case .critical, .alert, .emergency: "1;97;41"
        case nil: nil
        }
    }

    /// Neither red nor yellow, which mean something else.
    private static let sourceCodes = [34, 35, 36, 94, 95, 96, 92]

    /// FNV-1a, the same in every run.
    private static func hash(_ name: String) -> UInt32 {
        name.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
