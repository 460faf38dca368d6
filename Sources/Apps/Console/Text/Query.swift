/// The part of an address behind the question mark.
struct Query: Sendable {
    /// Most names that are taken in.
    static let maximumCount = 32

    /// By name; of several with one name the first.
    let values: [String: String]

    /// Reads `application/x-www-form-urlencoded`: an address' question, or a form. What is no UTF-8 is left out.
    init(_ text: some StringProtocol) {
        var values: [String: String] = [:]
        for part in text.split(separator: "&").prefix(Self.maximumCount) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = pair.first, let name = Self.decoded(String(first)), values[name] == nil else { continue }
            values[name] = pair.count == 2 ? Self.decoded(String(pair[1])) : ""
        }
        self.values = values
    }

    /// Puts an address together.
    static func path(_ path: String, _ values: [(String, String?)]) -> String {
        let parts = values.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }
        return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
    }

    /// As a part of a path or a question: everything but letters, digits and `-._~` (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    /// `nil` where it is no UTF-8.
    static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x2B {
                bytes.append(0x20)
            } else if byte == 0x25, rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
