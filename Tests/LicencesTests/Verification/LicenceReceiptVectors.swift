import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import Licences
import Nodes
import Testing

/// The files of `Tests/Vectors/licences`, from a consortium of one moment.
struct LicenceReceiptVectors {
    private let registry: TestRegistry
    private let ledger: SubmitterLedger

    init() throws {
        registry = try TestRegistry()
        ledger = registry.ledger()
    }

    /// The files by their names.
    func files() async throws -> [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = [("genesis.der", registry.consortium.genesis.document.derBytes)]
        for name in ["deed", "altered", "lease", "permit", "nowhere"] {
            files.append(("\(name).file", Array(name.utf8)))
        }
        let deed = try registry.identifier("A1")
        // Two licences in one transaction: which of them is meant, the file or the identifier says.
        let issue =
            try registry.issue(try registry.identifier("Z9"), registry.content("another"))
            + registry.issue(deed, registry.content("deed"))
        files.append(("issue.receipt", try await receipt(of: issue)))
        files.append(("rejected.receipt", try await receipt(ofRejected: deed)))
        files.append(("in-force.receipt", try await state(CatalogueContract.stateName(of: deed))))
        files.append(
            ("of-another.receipt", try await state(CatalogueContract.stateName(of: try registry.identifier("Z9")))))
        _ = try await ledger.outcome(of: [registry.decide(deed, .revokedAsPenalty)])
        files.append(("ended.receipt", try await state(CatalogueContract.stateName(of: deed))))
        let nowhere = EvidenceContract.stateName(ofFile: registry.digest("nowhere"))
        files.append(("absent-file.receipt", try await state(nowhere)))
        let unknown = CatalogueContract.stateName(of: try registry.identifier("B7"))
        files.append(("absent-licence.receipt", try await state(unknown)))
        return try await files + lease() + permit()
    }

    /// A licence that gets a new version, and is then taken down.
    private func lease() async throws -> [(name: String, bytes: [UInt8])] {
        let first = try registry.identifier("L1")
        let second = try registry.identifier("L1", version: 2)
        let name = CatalogueContract.stateName(of: first)
        let issue = try await receipt(of: try registry.issue(first, registry.content("lease")))
        let change = try registry.change(second, from: first, registry.content("lease 2"))
        #expect(try await ledger.outcome(of: change).rejection == nil)
        let superseded = try await state(name)
        let takeDown = LicenceCall.takeDown(TakeDownLicence(identifier: second, basis: "行政许可法第七十条"))
        #expect(try await ledger.outcome(of: [takeDown]).rejection == nil)
        return [
            ("lease.receipt", issue), ("superseded.receipt", superseded), ("taken-down.receipt", try await state(name)),
        ]
    }

    /// A licence with fields, of which some are released, and with a last day that is over when its state is proved.
    private func permit() async throws -> [(name: String, bytes: [UInt8])] {
        let identifier = try registry.identifier("P1")
        let values: [LicenceColumn: String] = [
            .certificateIdentifier: identifier.text, .holderName: "某某贸易有限公司", .validFrom: "20250101",
            .validUntil: "20251231", .regionCode: "650100",
        ]
        let fields = LicenceMetadata.names.map { LicenceField(name: $0, value: values[$0] ?? "—") }
        let metadata = try LicenceMetadata(identifier: identifier, fields: fields)
        var generator = SeededGenerator(seed: 7)
        let salts = LicenceSalts(identifier: identifier, using: &generator)
        let suite = registry.consortium.suite
        let content = EvidenceContent(
            file: registry.digest("permit"), metadataRoot: try metadata.root(salts: salts, suite: suite))
        let disclosures = try [LicenceColumn.holderName, .validUntil].map {
            try #require(try metadata.disclosure(of: $0, salts: salts, suite: suite))
        }
        let altered = disclosures.map {
            LicenceFieldDisclosure(
                field: LicenceField(
                    name: $0.field.name, value: $0.field.name == .validUntil ? "20351231" : $0.field.value),
                salt: $0.salt, path: $0.path)
        }
        let note = try note(identifier)
        func released(_ fields: [LicenceFieldDisclosure], file: String? = nil) -> [UInt8] {
            ReleasedContent(note: note, disclosures: fields, file: file.map { Array($0.utf8) }, using: &generator)
                .derBytes
        }
        let issue = try await receipt(of: try registry.issue(identifier, content, until: "20251231"))
        return [
            ("permit.receipt", issue),
            ("expired.receipt", try await state(CatalogueContract.stateName(of: identifier))),
            ("permit.released", released(disclosures)),
            ("altered.released", released(altered)),
            ("permit-file.released", released([], file: "permit")),
        ]
    }

    private func note(_ identifier: LicenceIdentifier) throws -> ReleaseNote {
        ReleaseNote(
            decision: DecisionIdentifier(registry.digest("decision")), licence: identifier,
            owner: try #require(DepartmentName("department-0")),
            requester: try #require(DepartmentName("department-1")),
            application: try ApplicationName("tax-counter"),
            context: UseContext(purpose: try PurposeCode("REGISTRATION")), action: .query,
            decidedAt: registry.consortium.genesis.document.createdAt)
    }

    private func receipt(of calls: [LicenceCall]) async throws -> [UInt8] {
        let outcome = try await ledger.outcome(of: calls)
        #expect(outcome.rejection == nil)
        return try await receipt(for: outcome.transaction)
    }

    /// The same content once more, which the ledger rejects.
    private func receipt(ofRejected identifier: LicenceIdentifier) async throws -> [UInt8] {
        let call = LicenceCall.record(RecordEvidence(identifier: identifier, content: registry.content("other")))
        let outcome = try await ledger.outcome(of: [call])
        #expect(outcome.rejection != nil)
        return try await receipt(for: outcome.transaction)
    }

    private func receipt(for transaction: TransactionIdentifier) async throws -> [UInt8] {
        try await registry.client.sealedReceipt(for: transaction, retry: Retry(clock: ManualClock())).derBytes
    }

    private func state(_ name: StateName) async throws -> [UInt8] {
        let height = try await registry.client.status().height
        return try await registry.client.sealedReceipt(
            answering: .state(name, asOf: height), retry: Retry(clock: ManualClock())
        ).derBytes
    }
}
