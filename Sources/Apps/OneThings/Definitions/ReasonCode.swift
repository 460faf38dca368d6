import Formats
public import Licences
import SwiftASN1

/// A ground, as a definition codes it: 1 to 32 characters of A-Z, 0-9 and `_`, such as `TAX_UNSETTLED`.
public struct ReasonCode: DomainText {
    public static let characterCounts = 1...32

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> ReasonCode {
        guard characterCounts.contains(text.utf8.count) else {
            throw LicenceError(
                .wrongLength, "a reason has \(text.utf8.count) bytes where 1 to 32 characters are expected",
                found: "\(text.utf8.count)", expected: "1 to 32")
        }
        let isCode = text.utf8.allSatisfy { character in
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isCode else {
            throw LicenceError(.wrongCharacter, "a reason is a code of A-Z, 0-9 and '_', not a text")
        }
        return ReasonCode(text: text)
    }

    private init(text: String) { self.text = text }
}

extension ASN1NodeCollection.Iterator {
    mutating func reason() throws -> ReasonCode { try domainText(limit: 32) }
}
