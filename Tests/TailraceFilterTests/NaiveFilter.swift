import Foundation

/// The language's meaning a second time, on decoded values and without a thought for speed: what random trees are held
/// against.
indirect enum NaiveFilter {
    case word(String)
    case has(String, String)
    case equals(String, String)
    case greater(String, Int)
    case within(String, Int, Int)
    case present(String)
    case list(String, [String])
    case not(NaiveFilter)
    case and([NaiveFilter])
    case or([NaiveFilter])

    var text: String {
        switch self {
        case .word(let word): Self.quoted(word)
        case .has(let field, let value): "\(field):\(Self.quoted(value))"
        case .equals(let field, let value): "\(field)=\(Self.quoted(value))"
        case .greater(let field, let number): "\(field)>\(number)"
        case .within(let field, let low, let high): "\(field):\(low)..\(high)"
        case .present(let field): "\(field):*"
        case .list(let field, let values): "\(field):(\(values.map(Self.quoted).joined(separator: " OR ")))"
        case .not(let inner): "-(\(inner.text))"
        case .and(let operands): "(\(operands.map(\.text).joined(separator: " ")))"
        case .or(let operands): "(\(operands.map(\.text).joined(separator: " OR ")))"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    func matches(message: String, fields: [String: Any]) -> Bool {
        switch self {
        case .word(let word): Self.contains(message, word)
        case .has(let field, let value): Self.has(fields[field], value)
        case .list(let field, let values): values.contains { Self.has(fields[field], $0) }
        case .equals(let field, let value): Self.equals(fields[field], value)
        case .greater(let field, let number): Self.numbers(fields[field]).contains { $0 > number }
        case .within(let field, let low, let high): Self.numbers(fields[field]).contains { $0 >= low && $0 <= high }
        case .present(let field): fields[field] != nil
        case .not(let inner): !inner.matches(message: message, fields: fields)
        case .and(let operands): operands.allSatisfy { $0.matches(message: message, fields: fields) }
        case .or(let operands): operands.contains { $0.matches(message: message, fields: fields) }
        }
    }

    private static func contains(_ text: String, _ word: String) -> Bool {
        if word.isEmpty { return true }
        let isExact = word.contains { $0.isUppercase }
        let (hay, needle) = isExact ? (text, word) : (text.lowercased(), word)
        let (bytes, wanted) = (Array(hay.utf8), Array(needle.utf8))
        guard wanted.count <= bytes.count else { return false }
        return (0...bytes.count - wanted.count).contains { Array(bytes[$0..<$0 + wanted.count]) == wanted }
    }

    private static func has(_ value: Any?, _ wanted: String) -> Bool {
        switch value {
        case let text as String: Self.contains(text, wanted)
        case let number as Int: Int(wanted) == number
        case let list as [Any]: list.contains { Self.has($0, wanted) }
        default: false
        }
    }

    private static func equals(_ value: Any?, _ wanted: String) -> Bool {
        switch value {
        case let text as String: text == wanted
        case let number as Int: Int(wanted) == number
        case let list as [Any]: list.contains { Self.equals($0, wanted) }
        default: false
        }
    }

    private static func numbers(_ value: Any?) -> [Int] {
        if let list = value as? [Any] { return list.flatMap { Self.numbers($0) } }
        return [value as? Int ?? (value as? String).flatMap { Int($0) }].compactMap { $0 }
    }
}
