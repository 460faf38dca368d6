public import Formats
public import Identity
public import Licences
import Nodes

/// Fetches what a decision allows, and checks it (取件).
///
/// Nothing is believed that the owner's node says: what came has to be what the ledger says was released, and every
/// field and file of it what the evidence ledger has of the licence, each by a receipt that is verified here.
public struct Releases: Sendable {
    private let client: ZhenglianClient

    init(client: ZhenglianClient) { self.client = client }

    private var genesis: Genesis { client.genesis }

    /// The ticket of an allowing decision: the receipt of its entry, as soon as a finalised header vouches for it.
    /// - Throws: ``ReleaseFault``, `NodeError`, or the transport's error.
    public func ticket(of decision: DecisionIdentifier) async throws -> (decision: Decision, receipt: Receipt) {
        let stated = try await known("the decision \(decision)") { try await client.uses.decision(decision) }
        return try await entry(
            under: UsageContract.stateName(of: decision), asOf: stated.height, what: "the decision \(decision)")
    }

    /// Asks the owner's node for what a decision allows, and checks what comes.
    /// - Parameters:
    ///   - decision: the decision; the client's identity has to be the one that asked the ledger for it.
    ///   - kind: fields, or the file.
    ///   - key: the key pair whose public half the decision names.
    ///   - service: the owner's node.
    /// - Throws: ``ReleaseFault`` where something does not hold; ``LicenceServiceError``, `IdentityError`, `NodeError`,
    ///   or the transport's error.
    public func fetch(
        _ decision: DecisionIdentifier, kind: Release.Kind, key: any RecipientKey, from service: any LicenceService
    ) async throws -> ReleasedContent {
        let (decision, sealed) = try await ask(for: decision, kind: kind, at: service)
        let bytes = try key.open(sealed, context: ReleasedContent.sealingContext(of: decision.identifier))
        let content = try ReleasedContent(derBytes: bytes, limit: ReleasedContent.maximumByteCount)
        try await check(content, of: decision)
        return content
    }

    /// Asks the owner's node for what a decision allows, for whoever has the key that opens it.
    /// - Parameters:
    ///   - decision: the decision; the client's identity has to be the one that asked the ledger for it.
    ///   - kind: fields, or the file.
    ///   - service: the owner's node.
    /// - Returns: DER of a `ReleasedContent`, encrypted to the key that the decision names. It is not checked: whoever
    ///   opens it has to (``check(_:of:)``).
    /// - Throws: ``ReleaseFault`` where the ticket does not hold; ``LicenceServiceError``, `IdentityError`,
    ///   `NodeError`, or the transport's error.
    public func sealed(
        _ decision: DecisionIdentifier, kind: Release.Kind, from service: any LicenceService
    ) async throws -> [UInt8] {
        try await ask(for: decision, kind: kind, at: service).sealed
    }

    private func ask(
        for decision: DecisionIdentifier, kind: Release.Kind, at service: any LicenceService
    ) async throws -> (decision: Decision, sealed: [UInt8]) {
        let (decision, ticket) = try await ticket(of: decision)
        let order = ReleaseOrder(
            channel: genesis.channel, owner: decision.owner, decision: decision.identifier, kind: kind)
        let signature = try order.signed(by: client.identity.key, suite: genesis.suite)
        let reply = try await service.release(
            ReleaseMessage(ticket: ticket.derBytes, order: order.derBytes, signature: signature.bytes),
            caller: client.identity.member)
        return (decision, reply.sealed)
    }

    /// Checks released content against the ledger, at any time after its release.
    /// - Throws: ``ReleaseFault``, `NodeError`, or the transport's error.
    public func check(_ content: ReleasedContent, of decision: Decision) async throws {
        let stated = try await known("the release") { try await client.uses.release(on: decision.identifier) }
        let (release, _): (Release, Receipt) = try await entry(
            under: UsageContract.stateName(ofRelease: decision.identifier), asOf: stated.height, what: "the release")
        let (evidence, _): (EvidenceRecord, Receipt) = try await entry(
            under: EvidenceContract.stateName(of: decision.licence), asOf: stated.height,
            what: "the licence's evidence")
        try content.check(decision: decision, release: release, evidence: evidence, suite: genesis.suite)
    }

    /// What a node states. What another node has written a moment ago this one may not have executed yet, so absence is
    /// an answer only when it lasts.
    private func known<Value: Sendable>(_ what: String, _ ask: () async throws -> Value) async throws -> Value {
        do {
            return try await Retry(patience: .seconds(20)).run(
                while: { ($0 as? NodeError)?.code == .notFound || Retry.isPassing($0) }, ask)
        } catch let error as NodeError where error.code == .notFound {
            throw ReleaseFault(.notOnLedger, "the ledger has nothing of \(what): do not use what came")
        }
    }

    /// What stood under a name at a height, with the receipt that proves it.
    private func entry<Value: DERSequence>(
        under name: StateName, asOf height: Height, what: String
    ) async throws -> (Value, Receipt) {
        let receipt = try await client.ledger.sealedReceipt(answering: .state(name, asOf: height))
        return (try entry(of: receipt, under: name, what: what), receipt)
    }

    /// What a receipt proves to stand under a name.
    private func entry<Value: DERSequence>(
        of receipt: Receipt, under name: StateName, what: String
    ) throws -> Value {
        let findings: ReceiptFindings
        do {
            findings = try receipt.verify(against: genesis)
        } catch {
            throw ReleaseFault(.proofBroken, "the ledger's proof of \(what) does not hold: \(error)")
        }
        switch findings.subject {
        case .entry(let entry) where entry.name == name:
            return try Value(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount)
        case .absence(let absence) where absence.name == name:
            throw ReleaseFault(.notOnLedger, "the ledger has nothing of \(what), as of height \(findings.asOf)")
        default:
            throw ReleaseFault(.proofBroken, "the proof is of something else than \(what)")
        }
    }
}

extension ZhenglianClient {
    /// Fetching what decisions allow.
    public var releases: Releases { Releases(client: self) }
}
