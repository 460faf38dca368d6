import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

/// Comparing a file with the ledger: what it rests on, and as of when.
@Suite struct VerificationTests {
    private let consortium: TestConsortium
    private let node: InProcessClient
    private let client: ZhenglianClient

    init() throws {
        consortium = try TestConsortium(issuerCodes: [0: ["11650000MB1A0001XQ"]])
        node = try InProcessClient(consortium, contracts: [CatalogueContract(), EvidenceContract()])
        client = ZhenglianClient(ledger: node, identity: try consortium.member("counter-1"))
    }

    /// Issues a licence of a file.
    private func issue(_ number: Int) async throws -> (licence: LicenceIdentifier, file: Digest) {
        let day = try CalendarDate("20250101")
        let identifier = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"), serial: try LicenceSerial("A\(number)"),
            version: .first)
        let file = consortium.suite.digest(of: Array("file \(number)".utf8))
        let root = consortium.suite.digest(of: Array("fields \(number)".utf8))
        let outcome = try await client.licences.outcome(of: [
            LicenceCall.issue(
                IssueLicence(
                    CatalogueParticulars(
                        identifier: identifier, holder: nil, validity: try LicenceValidity(from: day, until: nil),
                        issuedOn: day, region: try RegionCode("650100"), metadataRoot: root))
            ).call,
            LicenceCall.record(
                RecordEvidence(
                    identifier: identifier, content: EvidenceContent(file: file, metadataRoot: root))
            ).call,
        ])
        guard case .applied = outcome.status else { throw TestKitError("\(outcome.status)") }
        return (identifier, file)
    }

    private func status(of verification: LicenceVerification) throws -> LicenceCheck {
        try #require(verification.checks.first { $0.subject == .status })
    }

    /// Others write all the time: nobody waits for a header that vouches for what they write.
    @Test func whatHasNotChangedIsProvedWithoutWaitingForTheNextBlock() async throws {
        let shown = try await issue(1)
        try await node.idle(2)
        let sealed = node.height
        _ = try await issue(2)
        let head = node.height
        let verification = try await client.licences.verify(.file(shown.file), identifier: nil)
        #expect(verification.outcome == .consistent)
        let status = try status(of: verification)
        #expect(status.verdict == .established)
        let asOf = try #require(status.asOf).height
        #expect(asOf >= sealed && asOf < head)
        #expect(node.height == head)
    }

    @Test func whatTheNewestBlockHasChangedIsNotProvedByAnOlderOne() async throws {
        let shown = try await issue(1)
        try await node.idle(2)
        try await client.licences.changeStatus(
            of: shown.licence, to: .suspended, by: .suspend, basis: "条例第一条")
        let changed = node.height
        let verification = try await client.licences.verify(.file(shown.file), identifier: shown.licence)
        #expect(verification.outcome == .statusDiffers)
        let status = try status(of: verification)
        #expect(status.verdict == .contradicted)
        #expect(try #require(status.asOf).height >= changed)
    }

    @Test func whatTheNewestBlockHasIssuedIsProved() async throws {
        let shown = try await issue(1)
        let verification = try await client.licences.verify(.file(shown.file), identifier: shown.licence)
        #expect(verification.outcome == .consistent)
        #expect(try status(of: verification).verdict == .established)
    }

    @Test func thatThereIsNothingIsProvedToo() async throws {
        _ = try await issue(1)
        try await node.idle(2)
        let other = consortium.suite.digest(of: Array("another file".utf8))
        let verification = try await client.licences.verify(.file(other), identifier: nil)
        #expect(verification.outcome == .notOnLedger)
        #expect(verification.checks.map(\.verdict) == [.contradicted])
        #expect(verification.checks.first?.explanation.english.hasPrefix("it is proved") == true)
    }
}
