import Identity
import Ledger

/// Where the contract `evidence` keeps what.
enum EvidenceKeys {
    /// One version of a licence.
    static func record(_ identifier: LicenceIdentifier) -> StateKey {
        StateKey("licence", Array(identifier.text.utf8))
    }

    /// The identifier of the version whose record stands at a key; `nil` for a key of another kind.
    static func identifier(ofRecord key: [UInt8]) -> String? {
        guard key.starts(with: recordPrefix) else { return nil }
        return String(decoding: key.dropFirst(recordPrefix.count), as: UTF8.self)
    }

    private static let recordPrefix = StateKey("licence", []).bytes

    /// Which licence a file is of: the last version that has it.
    static func file(_ digest: Digest) -> StateKey {
        StateKey("file", digest.bytes)
    }
}
