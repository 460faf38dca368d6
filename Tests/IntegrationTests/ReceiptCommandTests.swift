import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// The commands that need neither a node nor a network, on the vectors.
    @Suite("Receipts without a node")
    struct ReceiptCommandTests {
        private static let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors/proofs").path
        private static let genesis = ["--genesis", "\(folder)/genesis.der"]

        private struct Verified: Decodable {
            struct Receipt: Decodable {
                struct Subject: Decodable {
                    let kind: String
                }

                let subject: Subject
                let established: [String]
                let notEstablished: [String]
            }

            let verified: Int
            let contradicted: Int
            let receipts: [Receipt]
        }

        private func files(_ prefix: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: Self.folder)
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".receipt") }.sorted().map { "\(Self.folder)/\($0)" }
        }

        private func verify(
            _ files: [String], _ options: [String] = []
        ) async throws -> (status: Int32?, answer: Verified) {
            let result = try await LocalRun.program().run(
                ["receipt", "verify"] + files + Self.genesis + options + ["--json", "--language", "en"],
                limit: .seconds(60))
            return (result.status, try JSONDecoder().decode(Verified.self, from: Data(result.output.utf8)))
        }

        @Test func everySubjectIsVerifiedAndSaysWhatItEstablishes() async throws {
            let sound = try files("valid-")
            let (status, answer) = try await verify(sound)
            #expect(status == 0)
            #expect(answer.verified == sound.count && answer.contradicted == 0)
            #expect(Set(answer.receipts.map(\.subject.kind)).isSuperset(of: ["entry", "absence", "list"]))
            #expect(answer.receipts.allSatisfy { $0.established.contains("finality") })
            #expect(answer.receipts.allSatisfy { $0.notEstablished.contains("laterChanges") })
            let forged = try files("forged-")
            let (refused, refusal) = try await verify(forged)
            #expect(refused == 1)
            #expect(refusal.verified == 0 && refusal.contradicted == forged.count)
        }

        @Test func aTrustedSetIsKeptAndBegunWith() async throws {
            let later = "\(Self.folder)/trusting-valid-epoch-1.receipt"
            #expect(try await verify([later]).status == 1)
            #expect(try await verify([later], ["--trusting", "\(Self.folder)/trusted.der"]).status == 0)
            let kept = FileManager.default.temporaryDirectory
                .appending(path: "zhenglian-\(UUID().uuidString).trusted").path
            defer { try? FileManager.default.removeItem(atPath: kept) }
            let first = try await verify(["\(Self.folder)/valid-epoch-1.receipt"], ["--save-trusted", kept])
            #expect(first.status == 0)
            #expect(try await verify([later], ["--trusting", kept]).status == 0)
        }

        @Test func aReceiptIsShownInBothLanguagesAndWhole() async throws {
            let program = try LocalRun.program()
            let file = "\(Self.folder)/valid-list.receipt"
            for (language, words) in [("en", ["list", "unchecked"]), ("zh", ["列表", "未经核验"])] {
                let result = try await program.run(
                    ["receipt", "show", file, "--language", language], limit: .seconds(60))
                #expect(result.status == 0)
                for word in words { #expect((result.output + result.errors).contains(word)) }
            }
            let whole = try await program.run(["receipt", "show", file, "--json"], limit: .seconds(60))
            let object = try JSONSerialization.jsonObject(with: Data(whole.output.utf8)) as? [String: Any]
            #expect((object?["subject"] as? [String: Any])?["kind"] as? String == "list")
            #expect(object?["version"] as? Int == 2)
            let verified = try await program.run(
                ["receipt", "verify", file] + Self.genesis + ["--language", "zh"], limit: .seconds(60))
            #expect(verified.output.contains("已证实") && verified.output.contains("未证实"))
        }
    }
}
