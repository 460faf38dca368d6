/// What rules ask of a file that takes more than one look.
enum StyleMeasures {
    /// Whether the token at `index` stands in a declaration that other targets see.
    static func isInPublicDeclaration(_ index: Int, in source: SwiftSource) -> Bool {
        let keywords: Set<String> = ["func", "init", "let", "subscript", "typealias", "var"]
        guard let keyword = (0..<index).last(where: { keywords.contains(source.token($0)) }) else { return false }
        let line = source.tokens[keyword].line
        return (0..<keyword).reversed().prefix { source.tokens[$0].line == line }
            .contains { ["public", "open", "package"].contains(source.token($0)) }
    }

    /// Where literals with a decimal point begin: digits, a point, digits, and neither the member of a tuple nor a
    /// closure's parameter (`pair.0.1`, `$0.1`) before.
    static func decimalLiterals(in source: SwiftSource) -> [Int] {
        source.occurrences(of: ".").filter { point in
            isNumber(source.token(point - 1)) && isNumber(source.token(point + 1))
                && ![".", "$"].contains(source.token(point - 2))
        }
    }

    /// The lines of public declarations at the top level that no documentation comment precedes.
    static func undocumentedDeclarations(in source: SwiftSource) -> [Int] {
        var depth = 0
        var lines: [Int] = []
        for (index, token) in source.tokens.enumerated() {
            switch token.text {
            case "{": depth += 1
            case "}": depth -= 1
            case "public" where depth == 0 && !["extension", "import"].contains(source.token(index + 1)):
                if !isDocumented(line: token.line, in: source) { lines.append(token.line) }
            default: break
            }
        }
        return lines
    }

    /// Whether the file declares or extends anything, or is a program.
    static func declares(_ source: SwiftSource) -> Bool {
        let keywords = ["actor", "class", "enum", "extension", "func", "protocol", "struct", "typealias"]
        return source.path.hasSuffix("/main.swift") || keywords.contains { !source.occurrences(of: $0).isEmpty }
    }

    /// Whether the file at `path` only holds a target's place until it has sources.
    static func isScaffold(_ path: String) -> Bool { path.hasSuffix("/Scaffold.swift") }

    private static func isDocumented(line: Int, in source: SwiftSource) -> Bool {
        // Attributes may stand between the comment and the declaration.
        let above = source.lines.prefix(line - 1).reversed().first { !trimmed($0).hasPrefix("@") }
        return above.map { trimmed($0).hasPrefix("///") || trimmed($0).hasSuffix("*/") } ?? false
    }

    private static func isNumber(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func trimmed(_ line: String) -> Substring {
        line.drop { $0 == " " }
    }
}
