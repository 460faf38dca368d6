import Formats
import Identity
import Ledger
import Testing
import VectorTestKit

/// The bytes of the structures of the built-in contracts and of what nodes hand each other of a chain.
@Suite("Bytes of the ledger")
struct LedgerVectorTests {
    private static var range: FinalizedRange {
        let sealing = FixedValues.header(height: 8)
        let statement = VoteStatement.finalize(
            sealing.digest(suite: FixedValues.suite), in: sealing.view, epoch: sealing.epoch, channel: sealing.channel)
        return FinalizedRange(
            blocks: [Block(header: FixedValues.header(height: 7), transactions: [FixedValues.transaction])],
            headers: [sealing],
            finalization: FixedValues.certificate(of: statement))
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        guard let department = DepartmentName("market-regulation") else {
            Issue.record("this is a department's name")
            return
        }
        let height = Height(rawValue: 7)
        let file = VectorFile(
            "structures-ledger",
            comment: "Structures of the built-in contracts, from fixed bytes: name, SHA-256 of the DER, DER.")
        let vectors = [
            Vector("CertificateArguments", CertificateArguments(certificate: [0x30, 0x00])),
            Vector("RegisteredCertificate", RegisteredCertificate(certificate: [0x30, 0x00], height: height)),
            Vector("CertificateKeyArguments", CertificateKeyArguments(key: KeyIdentifier(FixedValues.digest(0x50)))),
            Vector("RevocationArguments", RevocationArguments(list: [0x30, 0x00])),
            Vector("PublishedRevocations", PublishedRevocations(number: 3, height: height, list: [0x30, 0x00])),
            Vector("DepartmentArguments", DepartmentArguments(department: department)),
            Vector("RevokedCertificate", RevokedCertificate(revokedAt: FixedValues.timestamp)),
            Vector("NoResult", NoResult()),
            Vector("FinalizedRange", Self.range),
        ]
        #expect(try file.differences(from: vectors) == [])
    }
}
