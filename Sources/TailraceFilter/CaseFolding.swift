/// Simple case folding: one scalar to one scalar (Unicode Standard §3.13, CaseFolding.txt statuses C and S).
///
/// Which representative a class of letters gets does not matter here, only that its members get the same one.
enum CaseFolding {
    static func folded(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
        if scalar < UInt32(Self.table.count) { return UInt32(Self.table[Int(scalar)]) }
        return Self.hasCase(scalar) ? Self.computed(scalar) : scalar
    }

    static func foldedText(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { folded.append(Unicode.Scalar(Self.folded(scalar.value)) ?? scalar) }
        return String(folded)
    }

    /// Replaces `result` by the text with every letter folded.
    static func fold(_ text: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) {
        result.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            let (scalar, length) = UTF8Reader.scalar(at: index, in: text)
            index += length
            if scalar < 0x80 {
                result.append(UInt8(truncatingIfNeeded: Self.folded(scalar)))
            } else {
                let folded = Unicode.Scalar(Self.folded(scalar)) ?? "\u{FFFD}"
                result.append(contentsOf: UTF8.encode(folded) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Smart case: any capital letter makes a text exact.
    static func hasCapital(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.isUppercase || $0.properties.generalCategory == .titlecaseLetter }
    }

    /// Upper case first, so that letters with one capital and two small forms (σ ς, s ſ) meet.
    private static func computed(_ scalar: UInt32) -> UInt32 {
        // Dotted and dotless i have no simple folding outside Turkic languages.
        guard scalar != 0x130, scalar != 0x131, let letter = Unicode.Scalar(scalar) else { return scalar }
        let upper = Self.only(letter.properties.uppercaseMapping) ?? letter
        return (Self.only(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func only(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }

    /// Blocks above the table that hold cased letters; the rest, all of CJK above all, is passed by quickly.
    private static func hasCase(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xA640...0xA7FF, 0xAB30...0xABBF, 0xFF21...0xFF5A, 0x10400...0x10FFF, 0x118A0...0x118DF, 0x16E40...0x16E9F,
            0x1E900...0x1E943:
            true
        default: false
        }
    }

    /// Every scalar below U+2E00, past which only the blocks in `hasCase` have cases.
    private static let table: [UInt16] = (0..<0x2E00).map {
        let folded = Self.computed(UInt32($0))
        return folded < 0x10000 ? UInt16(folded) : UInt16($0)
    }
}

/// Reads UTF-8 scalar by scalar. Text is valid by contract; a wrong byte counts as one scalar of its own, never a trap.
enum UTF8Reader {
    /// The scalar at `index` and how many bytes it has.
    static func scalar(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> (value: UInt32, length: Int) {
        let first = UInt32(text[index])
        if first < 0x80 { return (first, 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC0, index + length <= text.count else { return (0xFFFD, 1) }
        var value = first & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(text[index + offset] & 0x3F) }
        return (value, length)
    }

    /// Where the scalar before `index` begins.
    static func start(before index: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var start = index - 1
        while start > 0, text[start] & 0xC0 == 0x80, index - start < 4 { start -= 1 }
        return start
    }

    static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(text)
        var index = 0
        var bits = SIMD16<UInt8>(repeating: 0)
        while index + 16 <= raw.count {
            bits |= raw.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            index += 16
        }
        var rest: UInt8 = 0
        while index < raw.count {
            rest |= raw[index]
            index += 1
        }
        let halves = unsafeBitCast(bits, to: SIMD2<UInt64>.self)
        return ((halves[0] | halves[1]) & 0x8080_8080_8080_8080) == 0 && rest < 0x80
    }
}
