import ClientTestKit
import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import Nodes

/// A consortium whose department 0 issues under the code of the demonstration's licences, with a catalogue and an
/// evidence ledger.
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
        client = try InProcessClient(consortium, contracts: [CatalogueContract(), EvidenceContract()])
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

    /// What the catalogue is told of a licence with this content: valid from 2026 on, without end.
    func particulars(
        _ identifier: LicenceIdentifier, _ content: EvidenceContent, until: String? = nil,
        holder: HolderPseudonym? = nil, locator: String? = nil
    ) throws -> CatalogueParticulars {
        CatalogueParticulars(
            identifier: identifier, holder: holder,
            validity: try LicenceValidity(
                from: try CalendarDate("20250101"), until: try until.map { try CalendarDate($0) }),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode("650100"),
            metadataRoot: content.metadataRoot, locator: locator)
    }

    /// The two calls that bring a new licence on the ledger.
    func issue(
        _ identifier: LicenceIdentifier, _ content: EvidenceContent, until: String? = nil,
        holder: HolderPseudonym? = nil
    ) throws -> [LicenceCall] {
        [
            .issue(IssueLicence(try particulars(identifier, content, until: until, holder: holder))),
            .record(RecordEvidence(identifier: identifier, content: content)),
        ]
    }

    /// The two calls that bring a new version on the ledger.
    func change(
        _ identifier: LicenceIdentifier, from before: LicenceIdentifier, _ content: EvidenceContent,
        operation: LicenceOperation = .change, until: String? = nil
    ) throws -> [LicenceCall] {
        [
            .supersede(
                SupersedeLicence(
                    supersedes: before, by: try particulars(identifier, content, until: until), operation: operation)),
            .record(RecordEvidence(identifier: identifier, content: content)),
        ]
    }

    /// The call that changes a status; by default it ends the licence.
    func decide(
        _ identifier: LicenceIdentifier, _ status: LicenceStatus = .cancelled, by operation: LicenceOperation = .end,
        basis: String = "行政许可法第七十条"
    ) -> LicenceCall {
        .changeStatus(
            ChangeLicenceStatus(identifier: identifier, operation: operation, status: status, basis: basis))
    }
}

/// Both ledgers through a client: what the command line has as well.
struct SubmitterLedger: LicenceLedger {
    let submitter: Submitter

    func licences(_ identifiers: [LicenceIdentifier]) async throws -> LicencesAnswer {
        try await submitter.client.query(
            contract: CatalogueContract.contractName, name: CatalogueContract.Method.byIdentifiers,
            arguments: LicencesByIdentifiers(identifiers), as: LicencesAnswer.self
        ).result
    }

    func licence(ofFile file: Digest) async throws -> LicencesAnswer {
        try await submitter.client.query(
            contract: EvidenceContract.contractName, name: EvidenceContract.Method.byFile,
            arguments: EvidenceByFile(file), as: LicencesAnswer.self
        ).result
    }

    func outcome(of calls: [Call]) async throws -> Outcome {
        let key = IdempotencyKey(content: calls, suite: submitter.client.genesis.suite)
        return try await submitter.outcome(of: calls, key: key)
    }
}

extension Outcome {
    /// The rejection; `nil` for a transaction that took effect.
    var rejection: Rejection? {
        if case .rejected(let rejection) = status { rejection } else { nil }
    }
}
