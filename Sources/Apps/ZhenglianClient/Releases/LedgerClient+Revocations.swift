import Formats
public import Identity
import Ledger
public import Nodes

extension LedgerClient {
    /// What a department has revoked, by the newest list that the ledger has at this node; nothing where it has
    /// published none.
    ///
    /// The list is signed by the department's authority: a node can hold one back, and not make one.
    /// - Throws: `NodeError`, or `IdentityError` where the list does not hold.
    public func revocations(of department: DepartmentName) async throws -> Revocations {
        var revocations = Revocations()
        do {
            let published = try await query(
                contract: CertificatesContract.name, name: "revocations",
                arguments: DepartmentArguments(department: department), as: PublishedRevocations.self
            ).result
            revocations.insert(try RevocationList(der: published.list, anchors: genesis.anchors))
        } catch let error as NodeError where error.code == .notFound {
            return revocations
        }
        return revocations
    }
}
