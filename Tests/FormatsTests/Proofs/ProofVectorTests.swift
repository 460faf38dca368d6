import Formats
import Foundation
import Identity
import Testing

/// Receipts of the state and of later epochs, and steps of a light client, checked by this project's own code:
/// `Tests/Independent/test_receipt.py` has another verifier come to the same verdicts.
///
/// `ZHENGLIAN_WRITE_VECTORS=1 swift test --filter ProofVectorTests` makes them anew.
@Suite("Proofs in Tests/Vectors", .serialized)
struct ProofVectorTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/proofs")

    private func bytes(of file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: file)))
    }

    private func files(_ prefix: String, _ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(ending) }.sorted()
    }

    private func genesis() throws -> Genesis { try Genesis(derBytes: bytes(of: "genesis.der")) }

    private func trusted() throws -> TrustedValidators {
        try TrustedValidators(derBytes: bytes(of: "trusted.der"), limit: TrustedValidators.maximumByteCount)
    }

    @discardableResult
    private func verify(_ file: String, trusting trusted: TrustedValidators? = nil) throws -> ReceiptFindings {
        try Receipt(derBytes: bytes(of: file), limit: Receipt.maximumByteCount)
            .verify(against: genesis(), trusting: trusted)
    }

    private func step(_ file: String) throws -> LightClientStep {
        try LightClientStep(derBytes: bytes(of: file), limit: LightClientStep.maximumByteCount)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil, "they are not made anew"))
    func areMadeAnew() throws {
        let vectors = try ProofVectors()
        try? FileManager.default.removeItem(at: Self.folder)
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        for (name, bytes) in vectors.files {
            try Data(bytes).write(to: Self.folder.appending(path: name))
        }
    }

    @Test func soundReceiptsHold() throws {
        let files = try files("valid-", ".receipt")
        #expect(files.count >= 15)
        for file in files {
            let findings = try verify(file)
            #expect(findings.seal.signers.count == 3, "\(file)")
        }
        for file in try self.files("trusting-valid-", ".receipt") {
            try verify(file, trusting: trusted())
        }
    }

    @Test func forgedReceiptsAreRefused() throws {
        let files = try files("forged-", ".receipt")
        #expect(files.count >= 70)
        for file in files {
            #expect(throws: (any Error).self, "\(file)") { try verify(file) }
        }
        let trusted = try trusted()
        for file in try self.files("trusting-forged-", ".receipt") {
            #expect(throws: VerificationError.self, "\(file)") { try verify(file, trusting: trusted) }
        }
    }

    @Test func stepsLeadOnAndForgedOnesNowhere() throws {
        let sound = try files("valid-", ".step")
        let forged = try files("forged-", ".step")
        #expect(sound.count >= 5 && forged.count >= 18)
        var client = LightClient(genesis: try genesis())
        for (number, file) in sound.enumerated() {
            for other in forged where other.hasPrefix("forged-\(number + 1)-") {
                let before = client.header
                #expect(throws: VerificationError.self, "\(other)") { try client.advance(step(other)) }
                #expect(client.header == before, "\(other)")
            }
            try client.advance(step(file))
        }
        #expect(client.header?.height == Height(rawValue: 14))
    }

    @Test func stepsLeadOnFromWhatIsTrusted() throws {
        for file in try files("trusting-valid-", ".step") {
            var client = try LightClient(genesis: genesis(), trusted: trusted())
            try client.advance(step(file))
        }
        for file in try files("trusting-forged-", ".step") {
            var client = try LightClient(genesis: genesis(), trusted: trusted())
            #expect(throws: VerificationError.self, "\(file)") { try client.advance(step(file)) }
        }
    }

    @Test func everyFileIsAnother() throws {
        // Were two of them the same, one of the forgeries would not be tested. One receipt is there for two verdicts.
        let files = try files("", ".receipt") + files("", ".step")
        let twice = ["another-succession", "epoch-2-list", "from-the-genesis", "1.step"]
        let single = files.filter { file in !twice.contains { file.contains($0) } }
        #expect(Set(try single.map(bytes(of:))).count == single.count)
    }
}
