import Identity
import Licences
import Logging
import Nodes
import Vault
import ZhenglianClient

/// Destroys what the vault holds of licences that were taken down (销毁).
///
/// Nobody's word is taken for the taking down but that of this node's own ledger: what is destroyed does not come back.
struct DestructionDesk: Sendable {
    let vault: LicenceVault
    let ledger: any LedgerClient
    let department: DepartmentName
    let clock: any WallClock
    let logger: Logger

    /// Destroys all versions of the licence in `message`.
    /// - Throws: ``LicenceServiceError``.
    func destroy(
        _ message: DestructionMessage, caller: MemberName?
    ) async throws(LicenceServiceError) -> DestructionReply {
        guard let caller, caller.department == department else {
            throw LicenceServiceError(
                .notEntitled, "the vault is \(department)'s, whose members alone have something destroyed in it")
        }
        let identifier: LicenceIdentifier
        do throws(LicenceError) {
            identifier = try LicenceIdentifier(message.licence)
        } catch {
            throw LicenceServiceError(.malformed, "the text is no licence identifier: \(error.message)")
        }
        let tombstone = try await tombstone(of: identifier)
        do {
            let destruction = try vault.destroy(LicenceKey(identifier), basis: tombstone.basis, at: clock.now)
            logger.info(
                "private part of a licence that was taken down is destroyed",
                metadata: ["licence": "\(identifier)", "versions": "\(destruction.now.count)", "caller": "\(caller)"])
            return DestructionReply(now: destruction.now.map(\.text), before: destruction.before.map(\.text))
        } catch let error as VaultError {
            throw LicenceServiceError(error)
        } catch {
            throw LicenceServiceError(.unavailable, "the vault failed")
        }
    }

    private func tombstone(
        of identifier: LicenceIdentifier
    ) async throws(LicenceServiceError) -> CatalogueRecord.Tombstone {
        let answer: LicencesAnswer
        do {
            answer = try await ledger.query(
                contract: CatalogueContract.contractName, name: CatalogueContract.Method.byIdentifiers,
                arguments: LicencesByIdentifiers([identifier]), as: LicencesAnswer.self
            ).result
        } catch {
            throw LicenceServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
        guard let tombstone = answer.record(of: identifier)?.tombstone else {
            throw LicenceServiceError(
                .notTakenDown, "\(identifier) is not taken down on the node's ledger: do that first")
        }
        return tombstone
    }
}
