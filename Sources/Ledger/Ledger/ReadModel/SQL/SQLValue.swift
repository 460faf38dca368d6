/// One value of a row, as SQLite has it.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    /// A number with a fraction, in the decimal digits that SQLite writes for it: what is only shown needs no rounding
    /// of ours.
    case real(String)
    case text(String)
    case blob([UInt8])

    /// A value that may be absent.
    public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    /// A value that may be absent.
    public init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
    /// A value that may be absent.
    public init(_ bytes: [UInt8]?) { self = bytes.map(SQLValue.blob) ?? .null }

    /// How much memory the value takes, in bytes, roughly.
    var byteCount: Int {
        switch self {
        case .null, .integer: 8
        case .real(let text), .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}
