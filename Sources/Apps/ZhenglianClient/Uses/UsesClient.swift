public import Formats
public import Identity
import Ledger
public import Licences
import Nodes

/// Using licences (用证): ask for a decision, show its ticket, and say what was done.
public struct UsesClient: Sendable {
    let client: ZhenglianClient

    /// Asks the ledger whether a licence may be used. The answer stands on the ledger, whatever it is: a denial is a
    /// value here, not an error.
    /// - Parameters:
    ///   - request: what is to be done, with which licence, on what it relies.
    ///   - proof: the holder's or the agent's, where they are there in person.
    /// - Throws: `TransactionRejected` where it could not even be decided, `TransactionUndecided`, the node's error.
    public func decide(_ request: UseRequest, proof: HolderProof? = nil) async throws -> Decision {
        try await client.result(
            UsageContract.contractName, UsageContract.Method.decide, DecideUse(request, proof: proof))
    }

    /// A decision, as a node states it.
    /// - Throws: `NodeError` with code `notFound`.
    public func decision(_ identifier: DecisionIdentifier) async throws -> Decision {
        try await ask(UsageContract.Query.decision, RecordWritten(identifier))
    }

    /// What was released on a decision, as a node states it.
    /// - Throws: `NodeError` with code `notFound` where nothing was.
    public func release(on decision: DecisionIdentifier) async throws -> Release {
        try await ask(UsageContract.Query.release, RecordWritten(decision))
    }

    /// The receipt of a decision, which the owner's node checks without asking anyone: the ticket (用证凭据).
    /// - Throws: the node's error.
    public func ticket(of decision: Decision) async throws -> Receipt {
        try await client.ledger.sealedReceipt(
            answering: .state(UsageContract.stateName(of: decision.identifier), asOf: decision.height))
    }

    /// Writes what the caller, who owns the licence, is about to hand out on a decision.
    /// - Throws: `TransactionRejected` with code `ticketExpired`, `ticketUsed` or `notPermitted`; then nothing may be
    ///   handed out.
    @discardableResult
    public func release(_ release: ReleaseUse) async throws -> Outcome {
        try await write(UsageContract.Method.release, release)
    }

    /// Writes that the caller, who owns the licence, has made a presentation.
    @discardableResult
    public func present(_ presentation: PresentUse) async throws -> Outcome {
        try await write(UsageContract.Method.present, presentation)
    }

    /// Writes that the caller has compared a licence with the ledger.
    @discardableResult
    public func verify(_ verification: VerifyUse) async throws -> Outcome {
        try await write(UsageContract.Method.verify, verification)
    }

    /// Writes that the caller is about to look up whose a pseudonym is (假名解析). Nobody looks before it is written.
    /// - Throws: `LicenceError` with code `personalData` where the basis looks like it; `TransactionRejected` with code
    ///   `notPermitted` or `bulkPull`.
    @discardableResult
    public func resolve(_ resolution: ResolveUse) async throws -> Outcome {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        try PersonalDataGuard().check(Array(resolution.basis.utf8))
        return try await write(UsageContract.Method.resolve, resolution)
    }

    /// The parameters of the decision that are in force, and those that are proposed, as a node states them.
    public func rules() async throws -> TableAnswer<DecisionRules> {
        try await ask(UsageContract.Query.rules, NoResult())
    }

    /// Proposes the next parameters of the decision, as an administrator.
    /// - Throws: `TransactionRejected` with code `notPermitted` or `wrongVersion`.
    @discardableResult
    public func propose(_ rules: DecisionRules) async throws -> Outcome {
        try await write(UsageContract.Method.proposeRules, rules)
    }

    /// Approves the proposed parameters, as an administrator.
    /// - Parameter rules: the digest of their DER, so that nobody approves others unawares.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `notFound`, `stateHasMoved` or `alreadyApproved`.
    @discardableResult
    public func approveRules(_ rules: Digest) async throws -> Outcome {
        try await write(UsageContract.Method.approveRules, ApproveTable(rules))
    }

    private func write(_ method: String, _ arguments: some DERSequence) async throws -> Outcome {
        try await client.write(UsageContract.contractName, method, arguments)
    }

    private func ask<Result: DERSequence>(_ name: String, _ arguments: some DERSequence) async throws -> Result {
        try await client.ledger.query(
            contract: UsageContract.contractName, name: name, arguments: arguments, as: Result.self
        ).result
    }
}

extension ZhenglianClient {
    /// Using licences (用证).
    public var uses: UsesClient { UsesClient(client: self) }
}
