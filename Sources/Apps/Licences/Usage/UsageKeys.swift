import Formats
import Identity
public import Ledger

/// Where the contract `usage` keeps what.
package enum UsageKeys {
    /// The record of an event: a ``Decision``, a ``Release``, a ``PresentationUse``, a ``VerificationUse`` or a
    /// ``ResolutionUse``. None of them is ever written twice.
    static func record(_ kind: UsageEvent.Kind, _ identifier: Digest) -> StateKey {
        StateKey("record", [UInt8(truncatingIfNeeded: kind.rawValue)] + identifier.bytes)
    }

    /// The kind of the record that stands at a key; `nil` for a key of another kind.
    package static func kind(ofRecord key: [UInt8]) -> UsageEvent.Kind? {
        let prefix = StateKey("record", []).bytes
        guard key.starts(with: prefix), key.count == prefix.count + 1 + Digest.byteCount else { return nil }
        return UsageEvent.Kind(rawValue: Int64(key[prefix.count]))
    }

    /// How many decisions have relied on a grant, a basis or an answered request, all of which have their own names.
    static func uses(_ authority: Digest) -> StateKey { StateKey("uses", authority.bytes) }

    /// The name of the record whose uses stand at a key; `nil` for a key of another kind.
    static func authority(ofUses key: [UInt8]) -> [UInt8]? {
        let prefix = StateKey("uses", []).bytes
        guard key.starts(with: prefix) else { return nil }
        return Array(key.dropFirst(prefix.count))
    }

    static func statement(_ digest: Digest) -> StateKey { StateKey("statement", digest.bytes) }

    static func scans(_ presentation: Digest) -> StateKey { StateKey("scans", presentation.bytes) }

    static func departmentRate(_ department: DepartmentName, _ type: LicenceTypeCode) -> StateKey {
        StateKey("rate", Array(department.rawValue.utf8), Array(type.text.utf8))
    }

    static func holderRate(_ holder: HolderPseudonym) -> StateKey { StateKey("rate-holder", holder.bytes) }

    static func pace(_ caller: KeyIdentifier) -> StateKey { StateKey("pace", caller.digest.bytes) }

    static let rules = StateKey("rules", [])

    static let proposal = StateKey("rules-proposal", [])
}

extension ContractReader {
    /// The parameters of the decision that are in force on this ledger.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    public mutating func decisionRules() throws(ContractError) -> DecisionRules {
        try get(UsageKeys.rules, of: UsageContract.contractName, as: DecisionRules.self) ?? .standard
    }
}
