public import Formats
public import Identity
internal import Ledger

// Where the state holds what: what a proof is asked for.

extension CatalogueContract {
    /// The catalogue's entry of a licence, whatever its version.
    public static func stateName(of identifier: LicenceIdentifier) -> StateName {
        StateName(contract: contractName, key: CatalogueKeys.record(LicenceKey(identifier)).bytes)
    }

    /// The table of codes in force, where one was adopted.
    public static var codesStateName: StateName {
        StateName(contract: contractName, key: CatalogueKeys.codes.bytes)
    }
}

extension EvidenceContract {
    /// The evidence of a version of a licence.
    public static func stateName(of identifier: LicenceIdentifier) -> StateName {
        StateName(contract: contractName, key: EvidenceKeys.record(identifier).bytes)
    }

    /// Which licence a file is of.
    public static func stateName(ofFile digest: Digest) -> StateName {
        StateName(contract: contractName, key: EvidenceKeys.file(digest).bytes)
    }
}
