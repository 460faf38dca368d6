import Foundation

/// Base64 with an alphabet that is safe in links and headers, without padding (RFC 4648, section 5).
package enum Base64URL {
    package static func text(of bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().map { character in
            switch character {
            case "+": "-"
            case "/": "_"
            default: "\(character)"
            }
        }.joined().replacingOccurrences(of: "=", with: "")
    }

    /// The bytes of `text`; `nil` for anything that this encoding does not spell.
    package static func bytes(of text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ isOfAlphabet($0) }) else { return nil }
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), self.text(of: [UInt8](data)) == text else { return nil }
        return [UInt8](data)
    }

    private static func isOfAlphabet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
