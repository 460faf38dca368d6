import Formats
import Identity
public import Ledger

/// Where the contract `catalogue` keeps what.
public enum CatalogueKeys {
    /// The one entry of a licence: a ``CatalogueRecord``.
    public static func record(_ licence: LicenceKey) -> StateKey {
        StateKey("licence", Array(licence.text.utf8))
    }

    /// The table of codes in force, a ``LicenceCodeTable``; without an entry, ``LicenceCodeTable/standard`` is.
    public static let codes = StateKey("codes", [])

    /// The rule of one operation of the table in force, so that a call reads no more of the table than it needs.
    static func operation(_ operation: LicenceOperation) -> StateKey {
        StateKey("operation", Array(operation.text.utf8))
    }

    /// The next table that has been proposed, and who has approved it.
    static let proposal = StateKey("proposal", [])

    /// The licence whose entry stands at a key; `nil` for a key of another kind.
    static func licence(ofRecord key: [UInt8]) -> String? {
        guard key.starts(with: recordPrefix) else { return nil }
        return String(decoding: key.dropFirst(recordPrefix.count), as: UTF8.self)
    }

    private static let recordPrefix = StateKey("licence", []).bytes
}

extension ContractReader {
    /// The table of codes that is in force on this ledger.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    public mutating func licenceCodes() throws(ContractError) -> LicenceCodeTable {
        try get(CatalogueKeys.codes, of: CatalogueContract.contractName, as: LicenceCodeTable.self) ?? .standard
    }

    /// What the catalogue has of a licence, whatever its version; `nil` where it has nothing.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    public mutating func catalogueRecord(
        of identifier: LicenceIdentifier
    ) throws(ContractError) -> CatalogueRecord? {
        try get(
            CatalogueKeys.record(LicenceKey(identifier)), of: CatalogueContract.contractName, as: CatalogueRecord.self)
    }
}
