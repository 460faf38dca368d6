import ClientTestKit
import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import Nodes

/// A consortium whose department 0 issues under the code of the demonstration's licences, with an evidence ledger.
struct TestRegistry {
    static let issuerCode = "11650000MB1A0001XQ"
    /// The code of department 1.
    static let otherCode = "11100000MB0143028R"

    let consortium: TestConsortium
    let client: InProcessClient
    /// A client of department 0.
    let counter: MemberIdentity
    /// A client of department 1.
    let neighbour: MemberIdentity

    init(limits: ChannelLimits = ChannelLimits()) throws {
        consortium = try TestConsortium(issuerCodes: [0: [Self.issuerCode], 1: [Self.otherCode]], limits: limits)
        client = try InProcessClient(consortium, contracts: [EvidenceContract()])
        counter = try consortium.member("counter-1")
        neighbour = try consortium.member("counter-1", department: 1)
    }

    /// The ledger in the name of a member; by default of department 0's client.
    func ledger(as member: MemberIdentity? = nil) -> SubmitterLedger {
        SubmitterLedger(submitter: Submitter(client: client, identity: member ?? counter))
    }

    /// An identifier under department 0's code.
    func identifier(_ serial: String, version: Int = 1, code: String = issuerCode) throws -> LicenceIdentifier {
        var version = String(version)
        while version.count < 3 { version = "0" + version }
        return LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(code),
            serial: try LicenceSerial(serial),
            version: try LicenceVersion(version)
        )
    }

    /// Content that stands for a licence whose file holds `text`.
    func content(_ text: String?, metadata: String = "fields") -> EvidenceContent {
        EvidenceContent(
            file: text.map { digest($0) },
            metadataRoot: digest(metadata)
        )
    }

    func digest(_ text: String) -> Digest { consortium.suite.digest(of: Array(text.utf8)) }

    func issue(_ identifier: LicenceIdentifier, _ content: EvidenceContent) -> EvidenceCall {
        .issue(IssueEvidence(identifier: identifier, content: content))
    }

    func change(
        _ identifier: LicenceIdentifier, from before: LicenceIdentifier, _ content: EvidenceContent
    ) -> EvidenceCall {
        .change(ChangeEvidence(supersedes: before, identifier: identifier, content: content))
    }

    func revoke(
        _ identifier: LicenceIdentifier, _ status: LicenceStatus = .cancelled, basis: String = "行政许可法第七十条"
    ) -> EvidenceCall {
        .revoke(RevokeEvidence(identifier: identifier, status: status, basis: basis))
    }
}

/// The evidence ledger through a client: what the command line has as well.
struct SubmitterLedger: EvidenceLedger {
    let submitter: Submitter

    func evidence(of identifiers: [LicenceIdentifier]) async throws -> EvidenceAnswer {
        try await ask(EvidenceContract.Method.byIdentifiers, EvidenceByIdentifiers(identifiers))
    }

    func evidence(ofFile file: Digest) async throws -> EvidenceAnswer {
        try await ask(EvidenceContract.Method.byFile, EvidenceByFile(file))
    }

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

extension Outcome {
    /// The rejection; `nil` for a transaction that took effect.
    var rejection: Rejection? {
        if case .rejected(let rejection) = status { rejection } else { nil }
    }
}
