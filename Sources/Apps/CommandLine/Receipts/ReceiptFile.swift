import Formats
import Nodes

/// A receipt on disk: the DER of `Receipt` in `docs/zhenglian.asn1`.
enum ReceiptFile {
    /// How names of such files end.
    static let suffix = "receipt"

    /// Reads a receipt; whether it holds is another question.
    static func read(_ path: String) throws -> Receipt {
        let bytes = try ProtectedFile.contents(of: path, limit: Receipt.maximumByteCount)
        return try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount)
    }

    static func write(_ receipt: Receipt, to path: String) throws {
        try ProtectedFile.replace(at: path, with: receipt.derBytes, access: .shared)
    }
}
