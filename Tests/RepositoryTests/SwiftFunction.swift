/// A function, initializer or subscript with a body, and how long it is.
struct SwiftFunction: Equatable, Sendable {
    let name: String
    /// Where it begins, counted from 1.
    let line: Int
    /// From the line with its keyword to the one with its closing brace.
    let lineCount: Int

    /// The functions of a file, nested ones included.
    static func all(in source: SwiftSource) -> [SwiftFunction] {
        source.tokens.indices.compactMap { index in
            guard begins(at: index, in: source), let brace = body(after: index, in: source) else { return nil }
            let line = source.tokens[index].line
            let end = source.tokens[source.closingBracket(of: brace)].line
            let keyword = source.token(index)
            return SwiftFunction(
                name: keyword == "func" ? source.token(index + 1) : keyword,
                line: line,
                lineCount: end - line + 1
            )
        }
    }

    private static func begins(at index: Int, in source: SwiftSource) -> Bool {
        guard source.token(index - 1) != "." else { return false }
        return switch source.token(index) {
        case "func", "deinit": true
        case "init", "subscript": ["(", "<", "?"].contains(source.token(index + 1))
        default: false
        }
    }

    /// The opening brace of the body; `nil` for a requirement of a protocol, which has none.
    private static func body(after start: Int, in source: SwiftSource) -> Int? {
        var index = start + 1
        while index < source.tokens.count {
            switch source.token(index) {
            case "(", "[": index = source.closingBracket(of: index)
            case "{": return index
            case "}": return nil
            case let word where nextDeclaration.contains(word) && source.isFirstOfLine(index): return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    private static let nextDeclaration: Set<String> = [
        "@", "associatedtype", "case", "class", "deinit", "distributed", "func", "init", "let", "mutating", "package",
        "private", "public", "static", "subscript", "typealias", "var",
    ]
}
