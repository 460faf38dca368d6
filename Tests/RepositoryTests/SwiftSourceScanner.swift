/// Goes through the bytes of a Swift file once and sorts them: code becomes tokens, comments are kept apart, what is in
/// strings goes.
struct SwiftSourceScanner {
    private(set) var tokens: [SwiftSource.Token] = []
    /// As long as the input, with everything blank that is no comment.
    private(set) var comments: [UInt8]

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var endOfToken = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        comments = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    }

    /// Scans to the end.
    mutating func scan() {
        while index < bytes.count {
            scanCode()
            // An unmatched ")" ends the code above: it is one more token.
            if index < bytes.count { takeCharacter() }
        }
    }

    /// Scans code up to a ")" that nothing in it has opened, or to the end.
    private mutating func scanCode() {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where byte(after: 1) == UInt8(ascii: "/"):
                scanLineComment()
            case UInt8(ascii: "/") where byte(after: 1) == UInt8(ascii: "*"):
                scanBlockComment()
            case UInt8(ascii: "\""):
                scanString(hashes: 0)
            case UInt8(ascii: "#") where hashesBeforeQuote > 0:
                let hashes = hashesBeforeQuote
                index += hashes
                scanString(hashes: hashes)
            case UInt8(ascii: "("):
                depth += 1
                takeCharacter()
            case UInt8(ascii: ")"):
                guard depth > 0 else { return }
                depth -= 1
                takeCharacter()
            case UInt8(ascii: "\n"):
                line += 1
                index += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case let first where Self.isPartOfWord(first):
                takeWord()
            default:
                takeCharacter()
            }
        }
    }

    private mutating func scanLineComment() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            takeComment()
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/"), byte(after: 1) == UInt8(ascii: "*") {
                depth += 1
                takeComment()
            } else if bytes[index] == UInt8(ascii: "*"), byte(after: 1) == UInt8(ascii: "/") {
                depth -= 1
                takeComment()
            }
            takeComment()
            if depth == 0 { return }
        }
    }

    /// Scans a literal from its first quotation mark; `hashes` are the `#` before it.
    private mutating func scanString(hashes: Int) {
        let quote = UInt8(ascii: "\"")
        let isMultiline = byte(after: 1) == quote && byte(after: 2) == quote
        let quotes = isMultiline ? 3 : 1
        index += quotes
        while index < bytes.count {
            switch bytes[index] {
            case quote where isRun(of: quote, quotes, at: 0) && isRun(of: UInt8(ascii: "#"), hashes, at: quotes):
                index += quotes + hashes
                return
            case UInt8(ascii: "\\") where isRun(of: UInt8(ascii: "#"), hashes, at: 1):
                index += 1 + hashes
                if byte(after: 0) == UInt8(ascii: "(") {
                    index += 1
                    scanCode()
                } else if byte(after: 0) == UInt8(ascii: "\n") {
                    line += 1
                }
                index += 1
            case UInt8(ascii: "\n"):
                line += 1
                index += 1
                // A literal on one line ends with it, closed or not.
                if !isMultiline { return }
            default:
                index += 1
            }
        }
    }

    private mutating func takeWord() {
        let start = index
        while index < bytes.count, Self.isPartOfWord(bytes[index]) {
            index += 1
        }
        append(String(decoding: bytes[start..<index], as: UTF8.self), start: start)
    }

    private mutating func takeCharacter() {
        index += 1
        append(String(UnicodeScalar(bytes[index - 1])), start: index - 1)
    }

    private mutating func append(_ text: String, start: Int) {
        let isAttached = start == endOfToken && !tokens.isEmpty
        tokens.append(SwiftSource.Token(text: text, line: line, isAttached: isAttached))
        endOfToken = index
    }

    private mutating func takeComment() {
        guard index < bytes.count else { return }
        if bytes[index] == UInt8(ascii: "\n") { line += 1 }
        comments[index] = bytes[index]
        index += 1
    }

    /// How many `#` stand here with a quotation mark behind them; 0 where there is none.
    private var hashesBeforeQuote: Int {
        var count = 0
        while byte(after: count) == UInt8(ascii: "#") {
            count += 1
        }
        return byte(after: count) == UInt8(ascii: "\"") ? count : 0
    }

    private func isRun(of byte: UInt8, _ count: Int, at offset: Int) -> Bool {
        (0..<count).allSatisfy { self.byte(after: offset + $0) == byte }
    }

    private func byte(after offset: Int) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
