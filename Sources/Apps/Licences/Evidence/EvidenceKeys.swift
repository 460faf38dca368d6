import Identity
import Ledger

/// Where the contract `evidence` keeps what.
enum EvidenceKeys {
    /// One version of a licence.
    static func record(_ identifier: LicenceIdentifier) -> StateKey {
        StateKey("licence", Array(identifier.text.utf8))
    }

    /// Which version of a licence is the newest.
    static func newest(_ identifier: LicenceIdentifier) -> StateKey {
        let licence = "\(identifier.typeCode).\(identifier.issuerCode).\(identifier.serial)"
        return StateKey("newest", Array(licence.utf8))
    }

    /// Which licence a file is of: the last version that has it.
    static func file(_ digest: Digest) -> StateKey {
        StateKey("file", digest.bytes)
    }
}
