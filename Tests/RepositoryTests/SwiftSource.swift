/// A Swift file as the rules see it: lines, and tokens with comments and the insides of strings left out.
///
/// This is no parser. It knows comments (nested ones too), string literals of every form, their interpolations, words
/// and single characters; what it does not know, regex literals for one, it takes for code.
struct SwiftSource: Sendable {
    /// A word, or one character that is neither part of a word nor white space.
    struct Token: Sendable {
        let text: String
        /// Counted from 1.
        let line: Int
        /// Whether nothing stands between it and the token before.
        let isAttached: Bool
    }

    let path: String
    /// The lines as they are.
    let lines: [String]
    /// Of every line, only what is in comments; as many elements as ``lines``.
    let comments: [String]
    let tokens: [Token]

    /// Where in ``tokens`` each text stands.
    private let positions: [String: [Int]]

    init(path: String, text: String) {
        var scanner = SwiftSourceScanner(text)
        scanner.scan()
        self.path = path
        self.lines = Self.lines(of: Array(text.utf8))
        self.comments = Self.lines(of: scanner.comments)
        self.tokens = scanner.tokens
        var positions: [String: [Int]] = [:]
        for (index, token) in scanner.tokens.enumerated() {
            positions[token.text, default: []].append(index)
        }
        self.positions = positions
    }

    /// Where the tokens that `code` consists of follow each other, whatever white space is between them.
    func occurrences(of code: String) -> [Int] {
        var scanner = SwiftSourceScanner(code)
        scanner.scan()
        let wanted = scanner.tokens.map(\.text)
        // The longest token is the rarest: only its places are looked at.
        guard let rarest = wanted.indices.max(by: { wanted[$0].utf8.count < wanted[$1].utf8.count }) else { return [] }
        return positions[wanted[rarest], default: []].compactMap { position in
            let start = position - rarest
            guard start >= 0, start + wanted.count <= tokens.count else { return nil }
            let isHere = wanted.indices.allSatisfy { tokens[start + $0].text == wanted[$0] }
            return isHere ? start : nil
        }
    }

    /// The text of the token at `index`; empty outside of the file.
    func token(_ index: Int) -> String {
        tokens.indices.contains(index) ? tokens[index].text : ""
    }

    /// Whether the token at `index` is the first of its line.
    func isFirstOfLine(_ index: Int) -> Bool {
        index == 0 || tokens[index - 1].line < tokens[index].line
    }

    /// The position of the bracket that closes the one at `index`; the last token where none does.
    func closingBracket(of index: Int) -> Int {
        var depth = 0
        for position in index..<tokens.count {
            switch tokens[position].text {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            default: break
            }
            if depth == 0 { return position }
        }
        return tokens.count - 1
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
