import Formats
import LicenceNode
import Testing
import VectorTestKit

/// The bytes of what is sealed in a vault.
@Suite("Bytes in an owner's vault")
struct VaultVectorTests {
    @Test func structuresAreThoseOfTheVectors() throws {
        let file = VectorFile(
            "structures-vault",
            comment: "Structures that are sealed in a vault, from fixed bytes: name, SHA-256 of the DER, DER.")
        let document = VaultedLicenceDocument(try LicenceScene.vaulted())
        #expect(try file.differences(from: [Vector("VaultedLicenceDocument", document)]) == [])
    }

    @Test func whatIsSealedReadsAsTheSameLicence() throws {
        let licence = try LicenceScene.vaulted()
        let bytes = VaultedLicenceDocument(licence).derBytes
        #expect(try VaultedLicenceDocument(derBytes: bytes, limit: 1 << 16).licence() == licence)
    }
}
