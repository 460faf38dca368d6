import Formats
package import Identity
package import Ledger

/// Where a decision reads what (``DecisionProcedure``): for whoever puts a state together in which something is to be
/// decided.
package struct DecisionStateEntries: Sendable {
    private let licence: LicenceIdentifier
    private let requester: DepartmentName
    private let licenceHolder: HolderPseudonym?

    package init(licence: LicenceIdentifier, requester: DepartmentName, holder: HolderPseudonym?) {
        self.licence = licence
        self.requester = requester
        licenceHolder = holder
    }

    package var catalogue: StateAddress {
        StateAddress(contract: CatalogueContract.contractName, key: CatalogueKeys.record(LicenceKey(licence)))
    }

    /// What makes a decision deny for this reason; `nil` for a reason that is no freeze.
    package func freeze(_ reason: DenialReason) -> StateAddress? {
        switch reason {
        case .licenceFrozen: authorisation(AuthorisationKeys.freeze(.licence(LicenceKey(licence))))
        case .holderFrozen: licenceHolder.map { authorisation(AuthorisationKeys.freeze(.holder($0))) }
        case .departmentFrozen: authorisation(AuthorisationKeys.freeze(.department(requester)))
        default: nil
        }
    }

    package var closure: StateAddress { authorisation(AuthorisationKeys.closure(LicenceKey(licence))) }

    package func entitlement(owner: DepartmentName, application: ApplicationName) -> StateAddress {
        authorisation(
            AuthorisationKeys.entitlement(
                owner: owner, department: requester, application: application, type: licence.typeCode))
    }

    package func grant(_ grant: GrantIdentifier) -> StateAddress { authorisation(AuthorisationKeys.grant(grant)) }

    package func basis(_ basis: BasisIdentifier) -> StateAddress { authorisation(AuthorisationKeys.basis(basis)) }

    package func request(_ request: AccessRequestIdentifier) -> StateAddress {
        authorisation(AuthorisationKeys.request(request))
    }

    package func holder(_ holder: HolderPseudonym) -> StateAddress {
        authorisation(AuthorisationKeys.holder(holder))
    }

    package func uses(_ authority: Digest) -> StateAddress { usage(UsageKeys.uses(authority)) }

    package func presentation(_ presentation: Digest) -> StateAddress {
        usage(UsageKeys.record(.presentation, presentation))
    }

    package func scans(_ presentation: Digest) -> StateAddress { usage(UsageKeys.scans(presentation)) }

    package func statement(_ digest: Digest) -> StateAddress { usage(UsageKeys.statement(digest)) }

    package var departmentRate: StateAddress { usage(UsageKeys.departmentRate(requester, licence.typeCode)) }

    package var holderRate: StateAddress? { licenceHolder.map { usage(UsageKeys.holderRate($0)) } }

    /// The value of a counter.
    package func count(_ count: Int64, window: Int64) -> [UInt8] { WindowCount(window: window, count: count).derBytes }

    /// The window of a department's rate.
    package func day(_ time: Timestamp) -> Int64 { DecisionProcedure.day(of: time) }

    private func authorisation(_ key: StateKey) -> StateAddress {
        StateAddress(contract: AuthorisationContract.contractName, key: key)
    }

    private func usage(_ key: StateKey) -> StateAddress {
        StateAddress(contract: UsageContract.contractName, key: key)
    }
}
