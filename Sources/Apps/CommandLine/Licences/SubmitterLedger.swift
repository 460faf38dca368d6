import Formats
import Identity
import Licences
import Nodes

/// The evidence ledger as it is reached through a client, in the name of one member.
struct SubmitterLedger: EvidenceLedger {
    let submitter: Submitter

    init(_ client: any LedgerClient, _ identity: MemberIdentity) {
        submitter = Submitter(client: client, identity: identity)
    }

    func evidence(of identifiers: [LicenceIdentifier]) async throws -> EvidenceAnswer {
        try await ask(EvidenceContract.Method.byIdentifiers, EvidenceByIdentifiers(identifiers))
    }

    func evidence(ofFile file: Digest) async throws -> EvidenceAnswer {
        try await ask(EvidenceContract.Method.byFile, EvidenceByFile(file))
    }

    /// The key of the calls' own content makes a repeated import the same submission.
    func outcome(of calls: [EvidenceCall]) async throws -> Outcome {
        let calls = calls.map(\.call)
        let key = IdempotencyKey(content: calls, suite: submitter.client.genesis.suite)
        return try await submitter.outcome(of: calls, key: key)
    }

    private func ask(_ name: String, _ arguments: some DERSequence) async throws -> EvidenceAnswer {
        try await submitter.client.query(
            contract: EvidenceContract.contractName, name: name, arguments: arguments, as: EvidenceAnswer.self
        ).result
    }
}
