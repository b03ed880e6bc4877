internal import Glibc

/// What a descriptor leads to, as far as showing things on it goes.
package enum Terminal {
    package enum Colour: String, Sendable, CaseIterable { case auto, always, never }

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// `auto`: on a terminal, unless NO_COLOR is set to anything (https://no-color.org) or the terminal is dumb.
    package static func usesColour(_ colour: Colour, on descriptor: Int32, environment: [String: String]) -> Bool {
        switch colour {
        case .always: return true
        case .never: return false
        case .auto:
            if let wish = environment["NO_COLOR"], !wish.isEmpty { return false }
            return Self.isTerminal(descriptor) && environment["TERM"] != "dumb"
        }
    }

    /// Columns of the terminal behind a descriptor.
    package static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
