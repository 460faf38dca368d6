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
    private static let vectors = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")
    private static let folder = vectors.appending(path: "proofs")
    private static let national = vectors.appending(path: "national")
    private static let isWriting = ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil
    private static let hasNationalSuite = (try? CryptoSuiteIdentifier.sm.checkAvailability()) != nil

    private func bytes(of file: String, in folder: URL = Self.folder) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: file)))
    }

    private func files(_ prefix: String, _ ending: String, in folder: URL = Self.folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
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

    private func write(_ files: [(name: String, bytes: [UInt8])], to folder: URL) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in files {
            try Data(bytes).write(to: folder.appending(path: name))
        }
    }

    @Test(.enabled(if: isWriting, "they are not made anew"))
    func areMadeAnew() throws {
        try write(ProofVectors().files, to: Self.folder)
        try write(NationalVectors().files, to: Self.national)
    }

    @Test(.enabled(if: hasNationalSuite, "this machine's OpenSSL has no SM2"))
    func receiptsOfTheNationalSuiteAreWhatTheyAre() throws {
        let genesis = try Genesis(derBytes: bytes(of: "genesis.der", in: Self.national))
        let sound = try files("valid-", ".receipt", in: Self.national)
        let forged = try files("forged-", ".receipt", in: Self.national)
        #expect(sound.count >= 2 && forged.count >= 7)
        for file in sound + forged {
            let bytes = try bytes(of: file, in: Self.national)
            let receipt = try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount)
            if sound.contains(file) {
                #expect(try receipt.verify(against: genesis).seal.signers.count == 3, "\(file)")
            } else {
                #expect(throws: VerificationError.self, "\(file)") { try receipt.verify(against: genesis) }
            }
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
        #expect(Set(try single.map { try bytes(of: $0) }).count == single.count)
    }
}
