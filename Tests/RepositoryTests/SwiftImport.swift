/// One import of a Swift file.
struct SwiftImport: Equatable, Sendable {
    /// The module, without what is taken from it: `Foundation` for `import struct Foundation.Data`.
    let module: String
    /// Counted from 1.
    let line: Int

    private static let kinds: Set<String> = ["class", "enum", "func", "let", "protocol", "struct", "typealias", "var"]

    /// The imports of a file, with whatever attributes and access level.
    static func all(in source: SwiftSource) -> [SwiftImport] {
        source.occurrences(of: "import").map { index in
            let isKind = kinds.contains(source.token(index + 1))
            return SwiftImport(module: source.token(index + (isKind ? 2 : 1)), line: source.tokens[index].line)
        }
    }
}
