public import Identity

/// Which role of a certificate may do what over HTTP: the one table, for the own department's members and for others'.
///
/// - A client does all of its department's business; at another department's node it reads ledger and licences, and
///   hands in what it has signed.
/// - An administrator reads ledger, consortium and operations, and administers the gateway; elsewhere it reads ledger
///   and consortium.
/// - An auditor reads ledger, traces, uses and operations; elsewhere the ledger.
/// - A validator or an observer reads ledger and operations; elsewhere the ledger.
///
/// Everybody may verify. A certificate that is registered as an application's has that application's entitlements
/// instead, never more than its role has.
public enum RoleEntitlements {
    /// What a member may do at a node of `department`.
    public static func entitlements(of member: MemberName, at department: DepartmentName) -> Set<Entitlement> {
        let isOwn = member.department == department
        switch member.role {
        case .client: return isOwn ? business : [.verify, .readLedger, .readLicences, .submitTransactions]
        case .administrator:
            return isOwn
                ? [.verify, .readLedger, .readConsortium, .readOperations, .administerGateway]
                : [.verify, .readLedger, .readConsortium]
        case .auditor:
            return isOwn
                ? [.verify, .readLedger, .readTraces, .readUses, .readOperations] : [.verify, .readLedger]
        case .validator, .observer:
            return isOwn ? [.verify, .readLedger, .readOperations] : [.verify, .readLedger]
        }
    }

    /// All of a department's business: everything but administering it and looking into its nodes.
    public static let business: Set<Entitlement> = Set(Entitlement.allCases)
        .subtracting([.administerGateway, .readOperations])
}
