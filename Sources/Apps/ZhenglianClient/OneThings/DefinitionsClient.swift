public import Formats
public import Identity
import Ledger
public import Licences
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

    /// What would have become of a case by another definition, up to the node's ledger time (试运行).
    /// - Throws: `NodeError` with code `notFound` where there is no such case, or the transport's error.
    public func replay(_ code: OneThingCode, on definition: OneThingDefinition) async throws -> CaseReplay {
        let standing: CaseStanding = try await ask(
            CasesContract.Query.standing, CaseReference(code), of: CasesContract.contractName)
        var events: [CaseEvent] = []
        // What comes after the standing was stated is not replayed.
        while UInt64(events.count) < standing.eventCount {
            let left = Int(clamping: standing.eventCount - UInt64(events.count))
            let page: CaseList<RecordedCaseEvent> = try await ask(
                CasesContract.Query.events, CasePage(of: code, from: UInt64(events.count), limit: left),
                of: CasesContract.contractName)
            guard !page.elements.isEmpty else { break }
            events += page.elements.map(\.event)
        }
        var contents: [Int64: CaseContent] = [:]
        for place in 0..<standing.known.contentCount {
            let stored: StoredContent = try await ask(
                CasesContract.Query.content, ContentQuestion(code, place), of: CasesContract.contractName)
            contents[place] = stored.content
        }
        return CaseReplay(
            standing.known, events: events, contents: contents, on: definition,
            calendar: try await OneThingsClient(client: client).calendar().table, until: standing.time)
    }

    private func ask<Result: DERSequence>(
        _ name: String, _ arguments: some DERSequence, of contract: String = DefinitionsContract.contractName
    ) async throws -> Result {
        try await client.ledger.query(contract: contract, name: name, arguments: arguments, as: Result.self).result
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
