public import Formats
public import Identity
import Ledger
import Nodes
public import OneThings

/// Definitions of one-things (一件事定义): departments propose and approve them, and cases keep to them.
public struct DefinitionsClient: Sendable {
    let client: ZhenglianClient

    /// The matters of the ledger with the versions that were adopted, as the node states them.
    /// - Throws: `NodeError`, or the transport's error.
    public func matters() async throws -> [DefinitionVersions] {
        let answer: MattersAnswer = try await ask(DefinitionsContract.Method.matters, NoResult())
        return answer.matters
    }

    /// A matter's versions, and the definition in force or of the version that is asked for; `nil` where the ledger has
    /// no such matter or version.
    /// - Throws: `NodeError`, or the transport's error.
    public func matter(_ matter: Label, version: UInt64? = nil) async throws -> MatterAnswer? {
        try await known {
            try await ask(DefinitionsContract.Method.matter, MatterQuestion(matter, version: version))
        }
    }

    /// The definition that is proposed for a matter; `nil` where none is.
    /// - Throws: `NodeError`, or the transport's error.
    public func proposal(of matter: Label) async throws -> DefinitionProposal? {
        try await known { try await ask(DefinitionsContract.Method.proposal, MatterQuestion(matter)) }
    }

    /// Proposes a definition, as an administrator; that approves it as well. It takes the place of a proposal that has
    /// not been adopted.
    /// - Parameter height: the height before which it does not come into force.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `unknownDepartment`, `wrongDefinition`, `wrongVersion`
    ///   or `limitExceeded`; otherwise as `Submitter.submit(_:key:)`.
    @discardableResult
    public func propose(_ definition: OneThingDefinition, notBefore height: Height = .zero) async throws -> Outcome {
        try await client.write(
            DefinitionsContract.contractName, DefinitionsContract.Method.propose,
            ProposeDefinition(definition, notBefore: height))
    }

    /// Approves the proposed definition, as an administrator.
    /// - Parameter definition: the digest of its DER, so that nobody approves another unawares.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `notFound`, `stateHasMoved` or `alreadyApproved`;
    ///   otherwise as `Submitter.submit(_:key:)`.
    @discardableResult
    public func approve(_ definition: Digest, of matter: Label) async throws -> Outcome {
        try await client.write(
            DefinitionsContract.contractName, DefinitionsContract.Method.approve,
            ApproveDefinition(definition, of: matter))
    }

    private func ask<Result: DERSequence>(_ name: String, _ arguments: some DERSequence) async throws -> Result {
        try await client.ledger.query(
            contract: DefinitionsContract.contractName, name: name, arguments: arguments, as: Result.self
        ).result
    }

    private func known<Answer>(_ body: () async throws -> Answer) async throws -> Answer? {
        do {
            return try await body()
        } catch let error as NodeError where error.code == .notFound {
            return nil
        }
    }
}

extension OneThingsClient {
    /// Definitions of one-things.
    public var definitions: DefinitionsClient { DefinitionsClient(client: client) }
}
