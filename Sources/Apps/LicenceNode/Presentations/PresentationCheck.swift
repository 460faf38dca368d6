import Formats
import Identity
import Ledger
import Licences
import Nodes
import ZhenglianClient

/// Whether a presentation may be made: by what this node's ledger says of the licence and of who asks.
struct PresentationCheck: Sendable {
    let genesis: Genesis
    let department: DepartmentName
    let ledger: any LedgerClient

    /// The key that has to sign for whoever shows, once everything holds.
    /// - Throws: ``LicenceServiceError``.
    func presenterKey(
        of order: PresentationOrder, proof: HolderSignature, at time: Timestamp
    ) async throws(LicenceServiceError) -> any VerificationKey {
        let holder = try await holder(of: order, at: time)
        let person = try await person(of: order, holder: holder, at: time)
        let answer: HolderAnswer = try await ask(
            AuthorisationContract.contractName, AuthorisationContract.Query.holder, HolderQuestion(person))
        guard !answer.isFrozen else {
            throw LicenceServiceError(.notAllowed, "use of this holder's licences is frozen")
        }
        guard let bytes = answer.binding?.key, let key = try? genesis.suite.verificationKey(subjectPublicKeyInfo: bytes)
        else {
            throw LicenceServiceError(
                .notEntitled, "no device key is bound to who shows the licence: have one bound at a counter")
        }
        let latest = time.advanced(by: .seconds(PresentUse.maximumSeconds))
        guard time <= proof.notAfter, proof.notAfter <= latest else {
            throw LicenceServiceError(.expired, "the order's signature is good for another time than now")
        }
        let statement = order.statement(notAfter: proof.notAfter, genesis: genesis)
        guard key.isValid(proof.signature, of: statement.digest(suite: genesis.suite), for: .holderStatement) else {
            throw LicenceServiceError(.wrongSignature, "the order is not signed by the device key on the ledger")
        }
        return key
    }

    /// The holder of a licence that this department may show now.
    private func holder(
        of order: PresentationOrder, at time: Timestamp
    ) async throws(LicenceServiceError) -> HolderPseudonym {
        let answer: LicencesAnswer = try await ask(
            CatalogueContract.contractName, CatalogueContract.Method.byIdentifiers,
            LicencesByIdentifiers([order.licence]))
        guard let record = answer.record(of: order.licence) else {
            throw LicenceServiceError(.notHeld, "\(order.licence) is not on the ledger")
        }
        guard record.department == department else {
            throw LicenceServiceError(.notEntitled, "\(order.licence) is of \(record.department): ask its node")
        }
        guard record.tombstone == nil else {
            throw LicenceServiceError(.takenDown, "\(order.licence) was taken down")
        }
        let codes: TableAnswer<LicenceCodeTable> = try await ask(
            CatalogueContract.contractName, CatalogueContract.Method.codes, NoResult())
        guard record.identifier == order.licence, record.isUsable(for: .present, at: time, table: codes.table) else {
            throw LicenceServiceError(
                .notAllowed,
                "\(order.licence) may not be shown: it is not the version in force, or its status is "
                    + "\(record.effectiveStatus(at: time))")
        }
        guard let holder = record.holder else {
            throw LicenceServiceError(.notEntitled, "the ledger does not know whose \(order.licence) is")
        }
        return holder
    }

    /// Who shows: the holder, or the agent to whom the holder's grant leads.
    private func person(
        of order: PresentationOrder, holder: HolderPseudonym, at time: Timestamp
    ) async throws(LicenceServiceError) -> HolderPseudonym {
        guard let identifier = order.agent else { return holder }
        let grant: Grant = try await ask(
            AuthorisationContract.contractName, AuthorisationContract.Query.grant, RecordWritten(identifier))
        let holderAnswer: HolderAnswer = try await ask(
            AuthorisationContract.contractName, AuthorisationContract.Query.holder, HolderQuestion(holder))
        let scope = grant.scope
        guard case .agent(let agent) = grant.recipient, holderAnswer.pseudonyms.contains(grant.grantor),
            grant.withdrawal == nil, scope.notBefore <= time, time <= scope.notAfter,
            scope.selection.contains(order.licence), scope.actions.contains(.present),
            scope.purposes.contains(order.purpose), order.fields.allSatisfy({ scope.fields.contains($0) })
        else {
            throw LicenceServiceError(.notEntitled, "the holder's grant does not let this agent show the licence so")
        }
        return agent
    }

    private func ask<Answer: DERSequence>(
        _ contract: String, _ query: String, _ arguments: some DERSequence
    ) async throws(LicenceServiceError) -> Answer {
        do {
            return try await ledger.query(contract: contract, name: query, arguments: arguments, as: Answer.self).result
        } catch let error as NodeError where error.code == .notFound {
            throw LicenceServiceError(.unknown, error.message)
        } catch {
            throw LicenceServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
    }
}
