import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import Licences
import Nodes
import Testing

@Suite struct LicenceVerificationTests {
    private let registry: TestRegistry
    private let ledger: SubmitterLedger
    private let identifier: LicenceIdentifier

    init() throws {
        registry = try TestRegistry()
        ledger = registry.ledger()
        identifier = try registry.identifier("A1")
    }

    private func issue() async throws {
        let calls =
            try registry.issue(try registry.identifier("Z9"), registry.content("another"))
            + registry.issue(identifier, registry.content("deed"))
        let outcome = try await ledger.outcome(of: calls)
        #expect(outcome.rejection == nil)
    }

    private func statement(_ identifier: LicenceIdentifier? = nil) async throws -> LicenceVerification.Statement {
        let identifier = identifier ?? self.identifier
        let answer = try await ledger.licences([identifier])
        return LicenceVerification.Statement(
            source: "department-0/validator/node",
            asOf: LicenceCheck.Moment(height: answer.height, time: answer.time),
            record: answer.record(of: identifier),
            evidence: answer.evidence(of: identifier)
        )
    }

    private func receipt(_ identifier: LicenceIdentifier? = nil) async throws -> Receipt {
        let record = try #require(try await statement(identifier).evidence)
        return try await registry.client.sealedReceipt(for: record.transaction, retry: Retry(clock: ManualClock()))
    }

    private func verify(
        _ file: String, _ statement: LicenceVerification.Statement?, _ proof: LicenceVerification.Proof,
        current: LicenceVerification.Proof = noReceipt, identifier: LicenceIdentifier? = nil
    ) -> LicenceVerification {
        LicenceVerification(
            .file(registry.digest(file)), identifier: identifier, statement: statement, proof: proof, current: current,
            verifier: ReceiptVerifier(genesis: registry.consortium.genesis))
    }

    private func verdicts(_ verification: LicenceVerification) -> [LicenceCheck.Verdict] {
        verification.checks.map(\.verdict)
    }

    private static let noReceipt = LicenceVerification.Proof.missing(BilingualText("none", "无"))

    @Test func whatAReceiptProvesIsEstablishedAndWhatANodeStatesIsNot() async throws {
        try await issue()
        let verification = verify("deed", try await statement(), .receipt(try await receipt()))
        #expect(verification.outcome == .consistent)
        #expect(verification.identifier == identifier)
        #expect(verification.issuer == registry.counter.member)
        #expect(verification.checks.map(\.subject) == [.receipt, .content, .catalogue, .issuer, .status])
        #expect(
            verdicts(verification) == [
                .established, .established, .couldNotBeChecked, .established, .couldNotBeChecked,
            ])
        let status = verification.checks[4]
        #expect(status.explanation.english.contains("stated by department-0/validator/node, not proved"))
        #expect(status.explanation.chinese.contains("未经证明"))
        #expect(verification.checks[1].asOf?.height == Height(rawValue: 2))
    }

    /// The receipt of what the state holds under a name.
    private func state(_ name: StateName) async throws -> Receipt {
        let height = try await registry.client.status().height
        return try await registry.client.sealedReceipt(
            answering: .state(name, asOf: height), retry: Retry(clock: ManualClock()))
    }

    @Test func theStateProvesThatALicenceIsStillInForce() async throws {
        try await issue()
        let current = try await state(CatalogueContract.stateName(of: identifier))
        let verification = verify(
            "deed", try await statement(), .receipt(try await receipt()), current: .receipt(current))
        #expect(verification.outcome == .consistent)
        #expect(verdicts(verification) == [.established, .established, .established, .established, .established])
        #expect(verification.checks[4].explanation.english.contains("proved by the state"))
    }

    @Test func theStateProvesThatALicenceHasEnded() async throws {
        try await issue()
        let before = try await state(CatalogueContract.stateName(of: identifier))
        _ = try await ledger.outcome(of: [registry.decide(identifier, .revokedAsPenalty)])
        let proof = LicenceVerification.Proof.receipt(try await receipt())
        let current = try await state(CatalogueContract.stateName(of: identifier))
        let ended = verify("deed", try await statement(), proof, current: .receipt(current))
        #expect(ended.outcome == .statusDiffers)
        #expect(ended.checks[4].explanation.chinese.contains("由账本状态证明"))
        // An older proof of the state is as of its height, and says so.
        let earlier = verify("deed", nil, proof, current: .receipt(before), identifier: identifier)
        #expect(verdicts(earlier)[4] == .established)
        #expect(try #require(earlier.checks[4].asOf).height < #require(ended.checks[4].asOf).height)
    }

    @Test func theStateProvesThatTheLedgerHasNoSuchLicenceOrFile() async throws {
        try await issue()
        let unknown = try registry.identifier("B7")
        let absent = try await state(CatalogueContract.stateName(of: unknown))
        let licence = verify(
            "deed", try await statement(unknown), Self.noReceipt, current: .receipt(absent), identifier: unknown)
        #expect(licence.outcome == .notOnLedger)
        #expect(licence.checks[0].explanation.english.contains("it is proved"))
        let digest = registry.digest("nowhere")
        let file = try await state(EvidenceContract.stateName(ofFile: digest))
        let none = LicenceVerification.Statement(
            source: "a node", asOf: try #require(licence.checks[0].asOf), record: nil, evidence: nil)
        let verification = verify("nowhere", none, Self.noReceipt, current: .receipt(file))
        #expect(verification.checks[0].explanation.english.contains("it is proved"))
    }

    @Test func aProofOfAnotherLicencesStateIsRefuted() async throws {
        try await issue()
        let other = try await state(CatalogueContract.stateName(of: try registry.identifier("Z9")))
        let proof = LicenceVerification.Proof.receipt(try await receipt())
        for current in [other, try await receipt()] {
            let verification = verify("deed", try await statement(), proof, current: .receipt(current))
            #expect(verification.outcome == .statusDiffers)
            #expect(verdicts(verification)[4] == .contradicted)
        }
    }

    @Test func withoutANodeTheReceiptAloneProvesTheIssue() async throws {
        try await issue()
        let verification = verify("deed", nil, .receipt(try await receipt()))
        #expect(verification.outcome == .consistent)
        #expect(verification.identifier == identifier)
        #expect(
            verdicts(verification) == [
                .established, .established, .couldNotBeChecked, .established, .couldNotBeChecked,
            ])
    }

    @Test func anotherFileIsContradicted() async throws {
        try await issue()
        let verification = verify(
            "forged", try await statement(), .receipt(try await receipt()), identifier: identifier)
        #expect(verification.outcome == .fileDiffers)
        #expect(verdicts(verification)[1] == .contradicted)
    }

    @Test func aFileOfAnotherLicenceIsContradicted() async throws {
        try await issue()
        let verification = verify(
            "another", try await statement(), .receipt(try await receipt()), identifier: identifier)
        #expect(verification.outcome == .fileDiffers)
    }

    @Test func aSupersededOrEndedLicenceIsContradictedInItsStatusOnly() async throws {
        try await issue()
        let next = try #require(identifier.nextVersion)
        _ = try await ledger.outcome(of: try registry.change(next, from: identifier, registry.content("deed 2")))
        let old = verify("deed", try await statement(), .receipt(try await receipt()))
        #expect(old.outcome == .statusDiffers)
        #expect(verdicts(old) == [.established, .established, .couldNotBeChecked, .established, .contradicted])
        #expect(old.checks[4].explanation.chinese.contains(next.text))
        _ = try await ledger.outcome(of: [registry.decide(next, .revokedAsPenalty)])
        let ended = verify("deed 2", try await statement(next), .receipt(try await receipt(next)))
        #expect(ended.outcome == .statusDiffers)
        #expect(ended.checks[4].explanation.english.contains("07 吊销"))
    }

    @Test func whatIsNotOnTheLedgerIsSaidToBeStatedOnly() async throws {
        let verification = verify("deed", try await statement(), Self.noReceipt, identifier: identifier)
        #expect(verification.outcome == .notOnLedger)
        #expect(verdicts(verification) == [.contradicted])
        #expect(verification.checks[0].explanation.english.contains("not proved"))
    }

    @Test func withoutAReceiptNothingIsEstablished() async throws {
        try await issue()
        let verification = verify("deed", try await statement(), Self.noReceipt)
        #expect(verification.outcome == .undetermined)
        #expect(
            verdicts(verification) == [LicenceCheck.Verdict](repeating: .couldNotBeChecked, count: 5))
        let other = verify("forged", try await statement(), Self.noReceipt)
        #expect(other.outcome == .fileDiffers)
        let nothing = verify("deed", nil, Self.noReceipt)
        #expect(nothing.outcome == .undetermined)
    }

    @Test func aReceiptOfAnotherConsortiumIsRefuted() async throws {
        try await issue()
        let stranger = try TestRegistry()
        let verification = LicenceVerification(
            .file(registry.digest("deed")), statement: try await statement(), proof: .receipt(try await receipt()),
            current: .receipt(try await state(CatalogueContract.stateName(of: identifier))),
            verifier: ReceiptVerifier(genesis: stranger.consortium.genesis))
        #expect(verification.outcome == .evidenceRefuted)
        #expect(verdicts(verification)[0] == .contradicted)
        #expect(!verdicts(verification).contains(.established))
    }

    @Test func aReceiptOfAnotherTransactionIsRefuted() async throws {
        try await issue()
        let other = try registry.identifier("B1")
        _ = try await ledger.outcome(of: try registry.issue(other, registry.content("b")))
        let verification = verify("deed", try await statement(), .receipt(try await receipt(other)))
        #expect(verification.outcome == .evidenceRefuted)
    }

    @Test func aReceiptOfOneLicenceSaysOfAnotherFileThatItDiffers() async throws {
        _ = try await ledger.outcome(of: registry.issue(identifier, registry.content("deed")))
        let verification = verify("forged", nil, .receipt(try await receipt()))
        #expect(verification.outcome == .fileDiffers)
        #expect(verification.identifier == identifier)
        #expect(verdicts(verification).prefix(2) == [.established, .contradicted])
    }

    @Test func aReceiptOfSeveralLicencesDoesNotSayWhichOfThemAnotherFileShouldBe() async throws {
        try await issue()
        let unnamed = verify("forged", nil, .receipt(try await receipt()))
        #expect(unnamed.outcome == .evidenceRefuted)
        #expect(unnamed.checks[0].explanation.english.contains("it put 2 others there"))
        let named = verify("forged", nil, .receipt(try await receipt()), identifier: identifier)
        #expect(named.outcome == .fileDiffers)
    }

    @Test func aReceiptOfARejectedTransactionProvesNoIssue() async throws {
        try await issue()
        let calls =
            try registry.issue(try registry.identifier("C1"), registry.content("c"))
            + registry.issue(identifier, registry.content("deed"))
        let outcome = try await ledger.outcome(of: calls)
        #expect(outcome.rejection != nil)
        let receipt = try await registry.client.sealedReceipt(
            for: outcome.transaction, retry: Retry(clock: ManualClock()))
        let verification = verify("c", nil, .receipt(receipt))
        #expect(verification.outcome == .evidenceRefuted)
        #expect(!verdicts(verification).contains(.established))
    }

    @Test func aNodeThatStatesOtherEvidenceThanTheReceiptProvesIsContradicted() async throws {
        try await issue()
        let honest = try await statement()
        let record = try #require(honest.evidence)
        // The node's record of one licence with the digests of another.
        let lie = try EvidenceRecord(
            derBytes: replace(
                registry.digest("deed").bytes, by: registry.digest("forged").bytes, in: record.derBytes),
            limit: 4_096)
        let statement = LicenceVerification.Statement(
            source: "node", asOf: honest.asOf, record: honest.record, evidence: lie)
        let verification = verify("forged", statement, .receipt(try await receipt()))
        #expect(verification.outcome == .evidenceRefuted)
        #expect(verdicts(verification)[1] == .contradicted)
    }

    @Test func aLicenceThatWasTakenDownSaysSo() async throws {
        try await issue()
        _ = try await ledger.outcome(of: [.takeDown(TakeDownLicence(identifier: identifier, basis: "个保法第四十七条"))])
        let current = try await state(CatalogueContract.stateName(of: identifier))
        let verification = verify(
            "deed", try await statement(), .receipt(try await receipt()), current: .receipt(current))
        #expect(verification.outcome == .takenDown)
        #expect(verdicts(verification)[4] == .contradicted)
        #expect(verification.checks[4].explanation.chinese.contains("个保法第四十七条"))
    }

    @Test func aRowIsComparedFieldByFieldThroughItsRootAndItsPeriod() async throws {
        try await issue()
        let current = LicenceVerification.Proof.receipt(try await state(CatalogueContract.stateName(of: identifier)))
        let proof = LicenceVerification.Proof.receipt(try await receipt())
        func verify(_ row: CatalogueParticulars) async throws -> LicenceVerification {
            LicenceVerification(
                .row(row), identifier: identifier, statement: try await statement(), proof: proof, current: current,
                verifier: ReceiptVerifier(genesis: registry.consortium.genesis))
        }
        let same = try await verify(try registry.particulars(identifier, registry.content("deed")))
        #expect(same.outcome == .consistent)
        let otherPeriod = try registry.particulars(identifier, registry.content("deed"), until: "20300101")
        #expect(try await verify(otherPeriod).outcome == .catalogueDiffers)
        let otherFields = try registry.particulars(identifier, registry.content("deed", metadata: "others"))
        #expect(try await verify(otherFields).outcome == .catalogueDiffers)
    }

    @Test func releasedFieldsAreAnsweredOneByOneAndTheFileBesideThem() async throws {
        var generator = SeededGenerator(seed: 1)
        let metadata = try LicenceMetadata(
            identifier: identifier,
            fields: LicenceMetadata.names.map {
                LicenceField(
                    name: $0, value: $0 == .certificateIdentifier ? identifier.text : "value of \($0.rawValue)")
            })
        let salts = LicenceSalts(identifier: identifier, using: &generator)
        let suite = registry.consortium.suite
        let content = EvidenceContent(
            file: registry.digest("deed"), metadataRoot: try metadata.root(salts: salts, suite: suite))
        #expect(try await ledger.outcome(of: registry.issue(identifier, content)).rejection == nil)
        let proof = LicenceVerification.Proof.receipt(try await receipt())
        let statement = try await statement()
        func verify(
            _ fields: [LicenceFieldDisclosure], file: String?, _ proof: LicenceVerification.Proof
        ) -> LicenceVerification {
            LicenceVerification(
                .fields(fields, file: file.map { registry.digest($0) }), identifier: identifier, statement: statement,
                proof: proof, current: Self.noReceipt, verifier: ReceiptVerifier(genesis: registry.consortium.genesis))
        }
        let shown = try [LicenceColumn.holderName, .validUntil].map {
            try #require(try metadata.disclosure(of: $0, salts: salts, suite: suite))
        }
        let honest = verify(shown, file: "deed", proof)
        #expect(honest.outcome == .consistent)
        #expect(honest.fields.map(\.verdict) == [.established, .established])
        #expect(honest.fields.map(\.field.name) == [.holderName, .validUntil])
        // One field is another: it is named, and the others stand.
        let forged = LicenceFieldDisclosure(
            field: LicenceField(name: .validUntil, value: "20991231"), salt: shown[1].salt, path: shown[1].path)
        let partly = verify([shown[0], forged], file: "deed", proof)
        #expect(partly.outcome == .catalogueDiffers)
        #expect(partly.fields.map(\.verdict) == [.established, .contradicted])
        #expect(partly.checks[1].explanation.english.contains("valid_until"))
        #expect(verify(shown, file: "another", proof).outcome == .fileDiffers)
        #expect(verify(shown, file: nil, proof).outcome == .consistent)
        // What only the node states proves no field, and can contradict one.
        let stated = verify([shown[0], forged], file: nil, Self.noReceipt)
        #expect(stated.fields.map(\.verdict) == [.couldNotBeChecked, .contradicted])
    }

    private func replace(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else { return bytes }
        return Array(bytes[..<start] + new + bytes[(start + old.count)...])
    }
}
