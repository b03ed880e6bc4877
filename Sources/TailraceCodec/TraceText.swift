/// Readings of lines that the rules for stack traces share.
extension Span<UInt8> {
    func begins(_ text: StaticString) -> Bool {
        self.count >= text.utf8CodeUnitCount && self.equalsExactly(text, at: 0..<text.utf8CodeUnitCount)
    }

    /// Begins with white space, and is not only that.
    var isIndented: Bool { self.count > 0 && self[0].isBlank && !self.isBlankThroughout }

    var isBlankThroughout: Bool { self.end(of: \.isBlank, from: 0) == self.count }

    /// Whether `text` is the first behind white space.
    func indentedPart(begins text: StaticString) -> Bool {
        let start = self.end(of: \.isBlank, from: 0)
        let end = start + text.utf8CodeUnitCount
        return start > 0 && end <= self.count && self.equalsExactly(text, at: start..<end)
    }

    /// Where `text` first stands.
    func place(of text: StaticString) -> Int? {
        let length = text.utf8CodeUnitCount
        var index = 0
        while let start = self.index(of: text.utf8Start[0], from: index), start + length <= self.count {
            if self.equalsExactly(text, at: start..<start + length) { return start }
            index = start + 1
        }
        return nil
    }

    func contains(_ text: StaticString) -> Bool { self.place(of: text) != nil }

    func containsDot(before end: Int) -> Bool {
        guard let dot = self.index(of: UInt8(ascii: "."), from: 0) else { return false }
        return dot < end
    }
}

extension UInt8 {
    /// Goes on the name of a class or function.
    var isNamePart: Bool {
        self.isAlphanumeric || self == UInt8(ascii: "_") || self == UInt8(ascii: "$") || self >= 0x80
    }
}
