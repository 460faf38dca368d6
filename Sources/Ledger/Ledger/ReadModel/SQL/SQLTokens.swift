/// A statement's tokens, as far as ``SQLExpansion`` needs them (https://www.sqlite.org/lang_keywords.html).
struct SQLTokens {
    enum Token: Equatable {
        /// A name, in lower case and without quotation marks; also a string, which SQLite takes for a name where one
        /// has to stand.
        case name(String)
        /// A word that is never a name.
        case keyword(String)
        case open
        case close
        case dot
        /// Numbers, parameters and operators.
        case other
    }

    private(set) var all: [Token] = []
    private let text: [UInt8]
    private var index = 0

    /// The words that cannot be names without quotation marks. One that is missing here is only counted as a name.
    private static let reserved: Set<String> = [
        "all", "and", "as", "between", "case", "collate", "distinct", "else", "escape", "exists", "from", "group",
        "having", "in", "is", "isnull", "join", "limit", "not", "notnull", "null", "on", "or", "order", "select",
        "then",
        "union", "using", "values", "when", "where",
    ]

    init(_ sql: String) {
        text = Array(sql.utf8)
        while index < text.count { readToken() }
    }

    private func byte(_ offset: Int = 0) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }

    private mutating func readToken() {
        switch byte() {
        case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
            while index < text.count, byte() != UInt8(ascii: "\n") { index += 1 }
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
            index += 2
            while index < text.count, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) { index += 1 }
            index += 2
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            if byte(1) == UInt8(ascii: "'") {
                index += 1
                _ = quoted(until: UInt8(ascii: "'"))
                all.append(.other)
            } else {
                readWord()
            }
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            all.append(.name(quoted(until: byte())))
        case UInt8(ascii: "["):
            all.append(.name(quoted(until: UInt8(ascii: "]"))))
        case let byte where Self.isWordStart(byte):
            readWord()
        case let byte where Self.isWordPart(byte):
            // A number, which may end in letters.
            while index < text.count, Self.isWordPart(self.byte()) { index += 1 }
            all.append(.other)
        case UInt8(ascii: "("): append(.open)
        case UInt8(ascii: ")"): append(.close)
        case UInt8(ascii: "."): append(.dot)
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0c: index += 1
        default: append(.other)
        }
    }

    private mutating func append(_ token: Token) {
        all.append(token)
        index += 1
    }

    private mutating func readWord() {
        let start = index
        while index < text.count, Self.isWordPart(byte()) { index += 1 }
        let word = String(decoding: text[start..<index], as: UTF8.self).lowercased()
        all.append(Self.reserved.contains(word) ? .keyword(word) : .name(word))
    }

    /// What stands between quotation marks; a doubled mark is one.
    private mutating func quoted(until end: UInt8) -> String {
        index += 1
        let start = index
        while index < text.count {
            if byte() == end {
                guard byte(1) == end, end != UInt8(ascii: "]") else { break }
                index += 1
            }
            index += 1
        }
        defer { index += 1 }
        return String(decoding: text[start..<min(index, text.count)], as: UTF8.self).lowercased()
    }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        isWordStart(byte) || byte == UInt8(ascii: "$") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
