/// Names and values as `application/x-www-form-urlencoded`: a query, or a body (RFC 6749, appendix B).
struct FormParameters: Sendable {
    /// More than any answer has that is read here.
    private static let maximumCount = 32

    private(set) var pairs: [(name: String, value: String)] = []

    init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    /// Reads a query; `nil` where it is none that can be relied on: with a name twice (RFC 6749, section 3.1), with
    /// what is no UTF-8, or with too much.
    init?(reading text: String, limit: Int) {
        guard text.utf8.count <= limit else { return nil }
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pairs.count < Self.maximumCount, let name = Self.decoded(pair[0]),
                let value = pair.count == 2 ? Self.decoded(pair[1]) : "", self[name] == nil
            else { return nil }
            pairs.append((name, value))
        }
    }

    subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// As it stands in a query or a body.
    var text: String { pairs.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&") }

    /// Everything but letters, digits and `-._~` by its octets (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    /// `nil` for what is no UTF-8, or has a percent sign without two digits.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
