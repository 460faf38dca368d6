import Formats
import Foundation
import Identity
import Testing

/// What this project's own code says of every file of `Tests/Vectors`, for verifiers that have to say the same, and not
/// only to refuse the same: `Tests/Browser` compares the one for browsers with it, code by code.
///
/// `ZHENGLIAN_WRITE_VECTORS=1 swift test --filter VerdictVectorTests` writes it anew, once the files are.
@Suite("Verdicts on Tests/Vectors", .serialized)
struct VerdictVectorTests {
    private static let vectors = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")
    private static let verdicts = vectors.appending(path: "verdicts.txt")
    private static let comment = """
        # What is said of each file: its name; then 'holds', what is established and what is not; or the code of the
        # refusal. 'unreadable' is of what is no receipt or step at all.

        """

    private func bytes(of file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.vectors.appending(path: file)))
    }

    private func files(_ folder: String, _ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.vectors.appending(path: folder).path)
            .filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }

    private func verdict(_ file: String, _ genesis: Genesis, _ trusted: TrustedValidators?) throws -> String {
        do {
            let receipt = try Receipt(derBytes: bytes(of: file), limit: Receipt.maximumByteCount)
            let findings = try receipt.verify(against: genesis, trusting: trusted)
            let established = findings.established.map(\.rawValue).joined(separator: ",")
            let open = findings.notEstablished.map(\.rawValue).joined(separator: ",")
            return "\(file) holds \(established) \(open)"
        } catch let error as VerificationError {
            return "\(file) \(error.code.rawValue)"
        } catch is FormatError {
            return "\(file) unreadable"
        }
    }

    /// Each step for the client that the sound steps before it have led to; it stays there where it is refused.
    private func steps(_ genesis: Genesis) throws -> [String] {
        var client = LightClient(genesis: genesis)
        var lines: [String] = []
        let forged = try files("proofs", ".step").filter { $0.hasPrefix("proofs/forged-") }
        for (number, file) in try files("proofs", ".step").filter({ $0.hasPrefix("proofs/valid-") }).enumerated() {
            for other in forged where other.hasPrefix("proofs/forged-\(number + 1)-") {
                lines.append(try verdict(ofStep: other, &client))
            }
            lines.append(try verdict(ofStep: file, &client))
        }
        return lines
    }

    private func verdict(ofStep file: String, _ client: inout LightClient) throws -> String {
        do {
            let step = try LightClientStep(derBytes: bytes(of: file), limit: LightClientStep.maximumByteCount)
            try client.advance(step)
            return "\(file) holds"
        } catch let error as VerificationError {
            return "\(file) \(error.code.rawValue)"
        } catch is FormatError {
            return "\(file) unreadable"
        }
    }

    private func lines() throws -> [String] {
        var lines: [String] = []
        for folder in ["receipts", "proofs"] {
            let genesis = try Genesis(derBytes: bytes(of: "\(folder)/genesis.der"))
            for file in try files(folder, ".receipt") {
                let isTrusting = file.contains("/trusting-")
                let trusted =
                    isTrusting
                    ? try TrustedValidators(
                        derBytes: bytes(of: "proofs/trusted.der"), limit: TrustedValidators.maximumByteCount) : nil
                lines.append(try verdict(file, genesis, trusted))
            }
        }
        return lines + (try steps(Genesis(derBytes: bytes(of: "proofs/genesis.der"))))
    }

    @Test func areThoseOfTheFile() throws {
        let found = try lines()
        if ProcessInfo.processInfo.environment["ZHENGLIAN_WRITE_VECTORS"] != nil {
            try Data((Self.comment + found.joined(separator: "\n") + "\n").utf8).write(to: Self.verdicts)
        }
        let written = try String(contentsOf: Self.verdicts, encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        #expect(found == written)
        #expect(found.count >= 180)
    }
}
