import Formats
import Foundation
import Identity
import Testing

/// The receipts that `Tests/Independent/verify_receipt.py` is tested with, checked by this project's own code.
///
/// `ZHENGLIAN_WRITE_VECTORS=1 swift test --filter ReceiptVectorTests` makes them anew, which a change of a format
/// needs.
@Suite("Receipts in Tests/Vectors", .serialized)
struct ReceiptVectorTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors/receipts")

    private func bytes(of file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: file)))
    }

    private func receipts(_ prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".receipt") }.sorted()
    }

    private func verify(_ file: String) throws -> ReceiptFindings {
        let genesis = try Genesis(derBytes: bytes(of: "genesis.der"))
        return try Receipt(derBytes: bytes(of: file), limit: Receipt.maximumByteCount).verify(against: genesis)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil, "they are not made anew"))
    func areMadeAnew() async throws {
        for file in try receipts("") {
            try FileManager.default.removeItem(at: Self.folder.appending(path: file))
        }
        let vectors = try ReceiptVectors()
        try Data(vectors.genesis).write(to: Self.folder.appending(path: "genesis.der"))
        for (name, bytes) in vectors.receipts + (try await vectors.ledgerReceipts()) {
            try Data(bytes).write(to: Self.folder.appending(path: "\(name).receipt"))
        }
        // What the documentation shows is one of them.
        let documented = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/vectors")
        let shown = try #require(vectors.receipts.first { $0.name == "valid-height-3-transaction-1" })
        try Data(vectors.genesis).write(to: documented.appending(path: "genesis.der"))
        try Data(shown.bytes).write(to: documented.appending(path: "receipt.der"))
    }

    @Test func soundReceiptsHold() throws {
        let files = try receipts("valid-")
        #expect(files.count >= 5)
        for file in files {
            let findings = try verify(file)
            #expect(findings.transaction?.submitter.description == "department-0/client/alice", "\(file)")
            #expect(findings.seal.signers.count == 3, "\(file)")
        }
    }

    @Test func forgedReceiptsAreRefused() throws {
        let files = try receipts("forged-")
        #expect(files.count >= 40)
        for file in files {
            #expect(throws: (any Error).self, "\(file)") { try verify(file) }
        }
    }

    @Test func forgedReceiptsAreForgedInOnePlaceEach() throws {
        // Were two of them the same, one of the forgeries would not be tested.
        let files = try receipts("")
        #expect(Set(try files.map(bytes(of:))).count == files.count)
    }
}
