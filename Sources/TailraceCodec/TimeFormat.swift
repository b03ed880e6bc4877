/// The shape of a time as the configuration gives it, with the directives of strftime(3).
///
/// | directive | is |
/// |---|---|
/// | `%Y %y` | year, of four digits or two (1970 to 2069) |
/// | `%m %d %e` | month, day; one digit or two, or padded with a space |
/// | `%b %B %h`, `%a %A` | name of a month, of a weekday; English |
/// | `%H %I %M %S`, `%p` | hour of 24 or of 12, minute, second; AM or PM |
/// | `%f %L %N` | digits of a fraction of the second |
/// | `%z`, `%Z` | `+02:00`, `-0530` or `Z`; an abbreviation with a fixed meaning |
/// | `%s` | seconds since 1970 |
/// | `%F %T %D %R` | `%Y-%m-%d`, `%H:%M:%S`, `%m/%d/%y`, `%H:%M` |
/// | `%%` | a percent sign |
package struct TimeFormat: Sendable, Hashable {
    package struct Problem: Error {
        package var message: String
    }

    enum Part: Sendable, Hashable {
        case literal(UInt8)
        case year, shortYear, month, day, hour, halfDayHour, minute, second, fraction, monthName, weekdayName
        case halfDay, zone, zoneName, epoch
    }

    let text: String
    let parts: [Part]

    /// Longer ones are a mistake.
    static let maxBytes = 64

    package init(_ text: String) throws(Problem) {
        self.text = text
        guard text.utf8.count <= Self.maxBytes else {
            throw Problem(message: "it is longer than \(Self.maxBytes) bytes")
        }
        let parts = try Self.parts(Array(text.utf8))
        self.parts = parts
        let hasDay = parts.contains(.day) && (parts.contains(.month) || parts.contains(.monthName))
        let hasHour = parts.contains(.hour) || (parts.contains(.halfDayHour) && parts.contains(.halfDay))
        guard parts.contains(.epoch) || (hasDay && hasHour) else {
            throw Problem(message: "it needs a month (%m or %b), a day (%d) and an hour (%H, or %I with %p), or %s")
        }
    }

    private static func parts(_ text: [UInt8]) throws(Problem) -> [Part] {
        var parts: [Part] = []
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "%") else {
                parts.append(.literal(text[index]))
                index += 1
                continue
            }
            guard index + 1 < text.count else { throw Problem(message: "it ends in a % without a letter") }
            guard let directive = Self.directive(text[index + 1]) else {
                let letter = String(decoding: [text[index + 1]], as: UTF8.self)
                throw Problem(
                    message: "%\(letter) is not known; there are %Y %y %m %d %e %b %a %H %I %M %S %p %f %z %Z %s")
            }
            parts += directive
            index += 2
        }
        return parts
    }

    private static func directive(_ letter: UInt8) -> [Part]? {
        func literal(_ character: Unicode.Scalar) -> Part { .literal(UInt8(ascii: character)) }
        return switch letter {
        case UInt8(ascii: "Y"): [.year]
        case UInt8(ascii: "y"): [.shortYear]
        case UInt8(ascii: "m"): [.month]
        case UInt8(ascii: "d"), UInt8(ascii: "e"): [.day]
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "h"): [.monthName]
        case UInt8(ascii: "a"), UInt8(ascii: "A"): [.weekdayName]
        case UInt8(ascii: "H"): [.hour]
        case UInt8(ascii: "I"): [.halfDayHour]
        case UInt8(ascii: "M"): [.minute]
        case UInt8(ascii: "S"): [.second]
        case UInt8(ascii: "f"), UInt8(ascii: "L"), UInt8(ascii: "N"): [.fraction]
        case UInt8(ascii: "p"): [.halfDay]
        case UInt8(ascii: "z"): [.zone]
        case UInt8(ascii: "Z"): [.zoneName]
        case UInt8(ascii: "s"): [.epoch]
        case UInt8(ascii: "F"): [.year, literal("-"), .month, literal("-"), .day]
        case UInt8(ascii: "T"): [.hour, literal(":"), .minute, literal(":"), .second]
        case UInt8(ascii: "D"): [.month, literal("/"), .day, literal("/"), .shortYear]
        case UInt8(ascii: "R"): [.hour, literal(":"), .minute]
        case UInt8(ascii: "%"): [literal("%")]
        default: nil
        }
    }
}
