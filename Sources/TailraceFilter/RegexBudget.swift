/// Estimates how many states a regex unrolls to, before the engine spends time and memory on it.
///
/// Bounded repeats multiply what they repeat: `((a{1,100}){1,100}){1,100}` is a million states in 27 characters.
package struct RegexBudget {
    private struct Group {
        var weight = 0
        /// The last item, what a repeat behind it multiplies.
        var item = 0
    }

    private var groups = [Group()]
    private let scalars: [Unicode.Scalar]
    private var index = 0

    package static func weight(of pattern: String) -> Int {
        var budget = RegexBudget(scalars: Array(pattern.unicodeScalars))
        return budget.total()
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func total() -> Int {
        while self.index < self.scalars.count {
            let scalar = self.scalars[self.index]
            self.index += 1
            switch scalar {
            case "(": self.groups.append(Group())
            case ")": self.closeGroup()
            case "{": self.repeatItem()
            case "[": self.add(self.classWeight())
            case "\\": self.add(self.escapeWeight())
            case ".": self.add(Self.anyWeight)
            case "*", "+", "?", "|", "^", "$": break
            default: self.add(scalar.isASCII ? 1 : 2)
            }
        }
        while self.groups.count > 1 { self.closeGroup() }
        return self.groups[0].weight
    }

    private mutating func add(_ weight: Int) {
        let last = self.groups.count - 1
        self.groups[last].item = weight
        self.groups[last].weight = Self.sum(self.groups[last].weight, weight)
    }

    private mutating func closeGroup() {
        guard self.groups.count > 1, let group = self.groups.popLast() else { return }
        self.add(max(1, group.weight))
    }

    /// `{n}`, `{n,}`, `{n,m}`; anything else is a literal brace.
    private mutating func repeatItem() {
        var numbers = [0]
        var position = self.index
        while position < self.scalars.count, self.scalars[position] != "}" {
            let scalar = self.scalars[position]
            if scalar == ",", numbers.count == 1 {
                numbers.append(0)
            } else if ("0"..."9").contains(scalar) {
                let digit = Int(scalar.value - 0x30)
                numbers[numbers.count - 1] = min(numbers[numbers.count - 1] * 10 + digit, Self.ceiling)
            } else {
                return self.add(1)
            }
            position += 1
        }
        guard position < self.scalars.count, position > self.index else { return self.add(1) }
        self.index = position + 1
        let last = self.groups.count - 1
        let times = max(1, numbers[0], numbers[numbers.count - 1])
        let extra = self.groups[last].item.multipliedReportingOverflow(by: times - 1)
        self.groups[last].weight = Self.sum(
            self.groups[last].weight, extra.overflow ? Self.ceiling : extra.partialValue)
        self.groups[last].item = Self.sum(self.groups[last].item, extra.overflow ? Self.ceiling : extra.partialValue)
    }

    private mutating func classWeight() -> Int {
        var weight = 1
        if self.index < self.scalars.count, self.scalars[self.index] == "^" { weight = Self.manyWeight }
        var isFirst = true
        while self.index < self.scalars.count {
            let scalar = self.scalars[self.index]
            self.index += 1
            if scalar == "]", !isFirst { break }
            if !scalar.isASCII { weight = max(weight, Self.manyWeight) }
            if scalar == "\\" { weight = max(weight, self.escapeWeight()) }
            if scalar != "^" { isFirst = false }
        }
        return weight
    }

    private mutating func escapeWeight() -> Int {
        guard self.index < self.scalars.count else { return 1 }
        let letter = self.scalars[self.index]
        self.index += 1
        // The braces of `\p{L}` and `\x{20AC}` belong to the escape.
        if "pPxo".unicodeScalars.contains(letter), self.index < self.scalars.count, self.scalars[self.index] == "{" {
            while self.index < self.scalars.count, self.scalars[self.index] != "}" { self.index += 1 }
            self.index = min(self.index + 1, self.scalars.count)
        }
        switch letter {
        case "p", "P": return Self.propertyWeight
        case "D", "W", "S", "N", "X": return Self.manyWeight
        default: return 1
        }
    }

    private static func sum(_ left: Int, _ right: Int) -> Int { min(left + right, Self.ceiling) }

    /// How many times dearer than a letter these are to compile, as measured: in UTF-8 any character is a handful of
    /// byte sequences, all but some a few more, and a property such as `\p{L}` hundreds.
    private static let anyWeight = 8
    private static let manyWeight = 16
    private static let propertyWeight = 600
    private static let ceiling = 1 << 30
}
