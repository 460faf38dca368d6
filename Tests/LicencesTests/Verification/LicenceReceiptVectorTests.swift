import ClientTestKit
import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import Nodes
import Testing

/// Licences with their receipts in `Tests/Vectors/licences`, and what is said of each: `Tests/Browser` has the verifier
/// for browsers come to the same.
///
/// `ZHENGLIAN_WRITE_VECTORS=1 swift test --filter LicenceReceiptVectorTests` makes them anew, keys included.
@Suite("Licences in Tests/Vectors", .serialized)
struct LicenceReceiptVectorTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/licences")
    private static let isWriting = ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil
    private static let comment = """
        # Comparisons of licences: file, what was released, receipt of the issue, receipt of the state, serial number of
        # the licence, each '-' where there is none; then the outcome, and each question with its verdict.

        """

    /// What is compared, by the names of files.
    private static let cases = [
        "deed.file - issue.receipt - -",
        "deed.file - issue.receipt - A1",
        "altered.file - issue.receipt - A1",
        "altered.file - issue.receipt - -",
        "altered.file - permit.receipt - -",
        "deed.file - issue.receipt - B7",
        "deed.file - - - -",
        "deed.file - issue.receipt in-force.receipt A1",
        "deed.file - issue.receipt ended.receipt A1",
        "deed.file - issue.receipt of-another.receipt A1",
        "deed.file - issue.receipt issue.receipt A1",
        "deed.file - in-force.receipt - A1",
        "deed.file - rejected.receipt - A1",
        "lease.file - lease.receipt superseded.receipt L1",
        "lease.file - lease.receipt taken-down.receipt L1",
        "permit.file - permit.receipt expired.receipt P1",
        "nowhere.file - - absent-file.receipt -",
        "nowhere.file - - absent-licence.receipt B7",
        "- permit.released permit.receipt - -",
        "permit.file permit.released permit.receipt - -",
        "altered.file permit.released permit.receipt - -",
        "- altered.released permit.receipt - -",
        "- permit-file.released permit.receipt - -",
        "- permit.released issue.receipt - -",
    ]

    // MARK: Reading

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
    }

    private func proof(_ name: String) throws -> LicenceVerification.Proof {
        guard name != "-" else { return .missing(BilingualText("none", "无")) }
        return .receipt(try Receipt(derBytes: bytes(name), limit: Receipt.maximumByteCount))
    }

    private func identifier(_ serial: String) throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode), serial: try LicenceSerial(serial),
            version: try LicenceVersion("001"))
    }

    private func line(_ words: String, _ genesis: Genesis) throws -> String {
        let names = words.split(separator: " ").map(String.init)
        let file: Digest? = names[0] == "-" ? nil : genesis.suite.digest(of: try bytes(names[0]))
        var shown: LicenceVerification.Shown?
        var licence = names[4] == "-" ? nil : try identifier(names[4])
        if names[1] != "-" {
            let content = try ReleasedContent(derBytes: bytes(names[1]), limit: ReleasedContent.maximumByteCount)
            shown = .fields(content.disclosures, file: file ?? content.file.map { genesis.suite.digest(of: $0) })
            licence = content.note.licence
        } else if let file {
            shown = .file(file)
        }
        // That the ledger has nothing is what a node states and the state proves; browsers ask no node.
        let isAbsent = names[2] == "-" && names[3] != "-"
        let moment = LicenceCheck.Moment(height: .zero, time: Timestamp(milliseconds: 0))
        let statement = LicenceVerification.Statement(source: "a node", asOf: moment, record: nil, evidence: nil)
        let verification = LicenceVerification(
            try #require(shown), identifier: licence, statement: isAbsent ? statement : nil, proof: try proof(names[2]),
            current: try proof(names[3]), verifier: ReceiptVerifier(genesis: genesis))
        let checks = verification.checks.map { "\($0.subject.rawValue)=\($0.verdict.rawValue)" }
        return ([words, verification.outcome.rawValue] + checks).joined(separator: " ")
    }

    @Test func whatIsSaidOfThemIsWhatTheFileSays() async throws {
        if Self.isWriting { try await write() }
        let genesis = try Genesis(derBytes: bytes("genesis.der"))
        let found = try Self.cases.map { try line($0, genesis) }
        let expectations = Self.folder.appending(path: "expected.txt")
        if Self.isWriting {
            try Data((Self.comment + found.joined(separator: "\n") + "\n").utf8).write(to: expectations)
        }
        let written = try String(contentsOf: expectations, encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        #expect(found == written)
        let outcomes = Set(found.compactMap { $0.split(separator: " ").dropFirst(5).first.map(String.init) })
        #expect(outcomes.count == 8, "every outcome is among them")
    }

    // MARK: Writing

    private func write() async throws {
        let files = try await LicenceReceiptVectors().files()
        if FileManager.default.fileExists(atPath: Self.folder.path) {
            try FileManager.default.removeItem(at: Self.folder)
        }
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: Self.folder.appending(path: name)) }
    }
}
