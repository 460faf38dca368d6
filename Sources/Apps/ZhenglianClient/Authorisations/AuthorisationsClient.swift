public import Formats
import Identity
public import Licences
import Nodes

/// Who may use whose licences, for what (确认授权).
public struct AuthorisationsClient: Sendable {
    let client: ZhenglianClient

    /// Says whose a pseudonym is: recognised how surely, with which device key.
    /// - Throws: `TransactionRejected`, `TransactionUndecided`, or the node's error; so do all that write.
    @discardableResult
    public func bind(_ holder: BindHolder) async throws -> Outcome {
        try await write(AuthorisationContract.Method.bindHolder, holder)
    }

    /// Links a holder's pseudonym of a newer key epoch to the older one.
    /// - Parameter licence: one under the newer pseudonym that the caller's department has issued, where the caller has
    ///   not bound that pseudonym.
    @discardableResult
    public func relink(
        _ newer: HolderPseudonym, to older: HolderPseudonym, licence: LicenceIdentifier? = nil
    ) async throws -> Outcome {
        try await write(
            AuthorisationContract.Method.relink, RelinkHolder(newer: newer, older: older, licence: licence))
    }

    /// Writes a holder's grant to an agent or a department.
    /// - Returns: its name.
    public func grant(_ wish: GrantWish, proof: HolderProof) async throws -> GrantIdentifier {
        let written: RecordWritten<GrantIdentifier> = try await client.result(
            AuthorisationContract.contractName, AuthorisationContract.Method.grant, WriteGrant(wish, proof: proof))
        return written.identifier
    }

    /// Withdraws a grant at the holder's wish. Uses that were decided before stay what they are.
    @discardableResult
    public func withdraw(_ grant: GrantIdentifier, proof: HolderProof) async throws -> Outcome {
        try await write(AuthorisationContract.Method.withdrawGrant, WithdrawGrant(grant, proof: proof))
    }

    /// Declares a rule by which a department uses the caller's licences without asking holders.
    /// - Returns: its name.
    public func declare(_ basis: DeclareBasis) async throws -> BasisIdentifier {
        let written: RecordWritten<BasisIdentifier> = try await client.result(
            AuthorisationContract.contractName, AuthorisationContract.Method.declareBasis, basis)
        return written.identifier
    }

    /// Ends a statutory basis of the caller's department.
    @discardableResult
    public func end(_ basis: BasisIdentifier) async throws -> Outcome {
        try await write(AuthorisationContract.Method.endBasis, EndBasis(basis))
    }

    /// Lets a department's system come for one kind of the caller's licences.
    @discardableResult
    public func entitle(_ entitlement: Entitle) async throws -> Outcome {
        try await write(AuthorisationContract.Method.entitle, entitlement)
    }

    /// Ends an entitlement to the caller's licences.
    @discardableResult
    public func end(_ entitlement: EndEntitlement) async throws -> Outcome {
        try await write(AuthorisationContract.Method.endEntitlement, entitlement)
    }

    /// Asks an owner for access.
    /// - Returns: the request's name.
    public func request(_ request: RequestAccess) async throws -> AccessRequestIdentifier {
        let written: RecordWritten<AccessRequestIdentifier> = try await client.result(
            AuthorisationContract.contractName, AuthorisationContract.Method.request, request)
        return written.identifier
    }

    /// Answers a department's request for the caller's licences.
    @discardableResult
    public func answer(_ answer: AnswerRequest) async throws -> Outcome {
        try await write(AuthorisationContract.Method.answer, answer)
    }

    /// Takes a request back, or ends what was granted on it.
    @discardableResult
    public func end(_ request: AccessRequestIdentifier) async throws -> Outcome {
        try await write(AuthorisationContract.Method.endRequest, EndRequest(request))
    }

    /// Stops uses: of a licence, of a holder's licences, or by the caller's department.
    @discardableResult
    public func freeze(_ freeze: FreezeUse) async throws -> Outcome {
        try await write(AuthorisationContract.Method.freeze, freeze)
    }

    /// Lets uses go on.
    @discardableResult
    public func unfreeze(_ freeze: FreezeUse) async throws -> Outcome {
        try await write(AuthorisationContract.Method.unfreeze, freeze)
    }

    /// A grant, as a node states it.
    /// - Throws: `NodeError` with code `notFound`; so do all that ask.
    public func grant(_ identifier: GrantIdentifier) async throws -> Grant {
        try await ask(AuthorisationContract.Query.grant, RecordWritten(identifier))
    }

    /// A statutory basis, as a node states it.
    public func basis(_ identifier: BasisIdentifier) async throws -> StatutoryBasis {
        try await ask(AuthorisationContract.Query.basis, RecordWritten(identifier))
    }

    /// A request and its answer, as a node states them.
    public func request(_ identifier: AccessRequestIdentifier) async throws -> AccessRequest {
        try await ask(AuthorisationContract.Query.request, RecordWritten(identifier))
    }

    /// An entitlement, as a node states it.
    public func entitlement(_ question: EntitlementQuestion) async throws -> Entitlement {
        try await ask(AuthorisationContract.Query.entitlement, question)
    }

    /// What the ledger knows of a holder: older pseudonyms, binding, freeze.
    public func holder(_ holder: HolderPseudonym) async throws -> HolderAnswer {
        try await ask(AuthorisationContract.Query.holder, HolderQuestion(holder))
    }

    private func write(_ method: String, _ arguments: some DERSequence) async throws -> Outcome {
        try await client.write(AuthorisationContract.contractName, method, arguments)
    }

    private func ask<Result: DERSequence>(_ name: String, _ arguments: some DERSequence) async throws -> Result {
        try await client.ledger.query(
            contract: AuthorisationContract.contractName, name: name, arguments: arguments, as: Result.self
        ).result
    }
}

extension ZhenglianClient {
    /// Who may use whose licences, for what (确认授权).
    public var authorisations: AuthorisationsClient { AuthorisationsClient(client: self) }

    /// Has one call take effect, meant anew.
    func write(_ contract: String, _ method: String, _ arguments: some DERSequence) async throws -> Outcome {
        try await submitter.submit([Call(contract: contract, method: method, arguments: arguments.derBytes)])
    }

    /// Has one call take effect, meant anew, and reads what it returns.
    func result<Result: DERSequence>(
        _ contract: String, _ method: String, _ arguments: some DERSequence
    ) async throws -> Result {
        try await write(contract, method, arguments).result(0)
    }
}

extension Outcome {
    /// What the call at a place of the transaction has returned.
    /// - Throws: `FormatError` where there is no such value.
    func result<Result: DERSequence>(_ call: Int) throws(FormatError) -> Result {
        guard case .applied(_, let values) = status, values.indices.contains(call) else {
            throw FormatError(.malformed, "the outcome has no result of call \(call)")
        }
        return try Result(derBytes: values[call], limit: Outcome.maximumByteCount)
    }
}
