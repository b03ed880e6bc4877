/// Comments are a quarter of the modules' bytes, and nobody reads them in joined ones.
extension PageModule {
    /// The text without empty lines and without lines that are comments as a whole.
    ///
    /// Lines of a template literal stay, whatever they look like. All stays where the end of a literal or of a comment
    /// can't be told from the beginnings and ends of lines.
    static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var isInTemplate = false
        var isInComment = false
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = line.drop { $0 == UInt8(ascii: " ") }
            if isInComment || !isInTemplate && text.starts(with: "/*".utf8) {
                isInComment = !text.reversed().starts(with: "/*".utf8)
                if !isInComment, Self.ends(in: text) > 1 { return bytes }
                if isInComment, Self.ends(in: text) > 0 { return bytes }
                continue
            }
            if !isInTemplate, text.isEmpty || text.starts(with: "//".utf8) { continue }
            if !line.count(where: { $0 == UInt8(ascii: "`") }).isMultiple(of: 2) { isInTemplate.toggle() }
            kept += line
            kept.append(UInt8(ascii: "\n"))
        }
        return isInTemplate || isInComment ? bytes : kept
    }

    /// How many comments end in a line.
    private static func ends(in line: ArraySlice<UInt8>) -> Int {
        zip(line, line.dropFirst()).count { $0 == UInt8(ascii: "*") && $1 == UInt8(ascii: "/") }
    }
}
