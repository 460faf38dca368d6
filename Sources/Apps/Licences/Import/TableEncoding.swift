internal import Foundation

/// How the characters of a table are written.
///
/// In both, the byte of a line break is never part of another character, so that a table is cut into lines before it is
/// decoded.
public enum TableEncoding: String, Hashable, Sendable, Codable, CaseIterable {
    /// UTF-8, with or without a byte order mark.
    case utf8 = "UTF-8"
    /// GB 18030, what office software in China writes where nobody has said otherwise; it holds GBK and GB 2312.
    case gb18030 = "GB 18030"

    /// Foundation's number of GB 18030, which has no name there.
    private static let foundationEncoding = String.Encoding(rawValue: 0x8000_0632)

    /// The text that `bytes` spell; `nil` where they are not of this encoding.
    func text(of bytes: ArraySlice<UInt8>) -> String? {
        switch self {
        case .utf8: String(validating: bytes, as: UTF8.self)
        // Plain ASCII is the same in both, and most lines of digits are nothing else.
        case .gb18030:
            bytes.allSatisfy { $0 < 0x80 }
                ? String(validating: bytes, as: UTF8.self)
                : String(data: Data(bytes), encoding: Self.foundationEncoding)
        }
    }
}
