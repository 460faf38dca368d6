import Formats
import Identity
import Licences
import OneThings
import Testing
import VectorTestKit

/// The bytes of what stands behind the digests of a case.
@Suite("Bytes of a case's content")
struct CaseContentVectorTests {
    @Test func structuresAreThoseOfTheVectors() throws {
        let sample = try CaseContentSample()
        let disclosure = try #require(sample.items.disclosure(of: SampleName.articles, suite: sample.suite))
        let vectors = [
            Vector("CaseItem-datum", sample.items.items[1]),
            Vector("CaseItem-paper", sample.items.items[0]),
            Vector("CaseItems", sample.items),
            Vector("CaseItemDisclosure", disclosure),
            Vector("CaseFetchOrder", try sample.order([SampleName.articles, SampleName.name])),
            Vector("CaseFile", CaseFile(paper: SampleName.articles, bytes: sample.file)),
            Vector("ReleasedItems", try sample.released([SampleName.articles, SampleName.name])),
        ]
        let file = VectorFile(
            "structures-case-content",
            comment: "Structures of cases' content, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }
}
