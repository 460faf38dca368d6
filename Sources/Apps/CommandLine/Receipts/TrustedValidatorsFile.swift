import Formats
import Nodes

/// A validator set that was verified earlier, on disk: the DER of `TrustedValidators` in `docs/zhenglian.asn1`.
enum TrustedValidatorsFile {
    static func read(_ path: String) throws -> TrustedValidators {
        let bytes = try ProtectedFile.contents(of: path, limit: TrustedValidators.maximumByteCount)
        return try TrustedValidators(derBytes: bytes, limit: TrustedValidators.maximumByteCount)
    }

    static func write(_ trusted: TrustedValidators, to path: String) throws {
        try ProtectedFile.replace(at: path, with: trusted.derBytes, access: .shared)
    }
}
