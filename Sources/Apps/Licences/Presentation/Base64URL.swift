import Foundation

/// Base64 with an alphabet that is safe in links and headers, without padding (RFC 4648, section 5).
package enum Base64URL {
    package static func text(of bytes: [UInt8]) -> String {
        let spelt = Data(bytes).base64EncodedData().lazy.filter { $0 != padding }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: Array(spelt), as: UTF8.self)
    }

    /// The bytes of `text`; `nil` for anything that this encoding does not spell.
    package static func bytes(of text: some StringProtocol) -> [UInt8]? {
        var standard: [UInt8] = []
        standard.reserveCapacity(text.utf8.count + 3)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                standard.append(byte)
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        standard.append(contentsOf: repeatElement(padding, count: (4 - standard.count % 4) % 4))
        // What is spelt otherwise than it would be here has bits that mean nothing.
        guard let data = Data(base64Encoded: Data(standard)), self.text(of: [UInt8](data)) == text else { return nil }
        return [UInt8](data)
    }

    private static let padding = UInt8(ascii: "=")
}
