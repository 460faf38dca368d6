import Formats
import FormatsTestKit
import Foundation
import Identity
import LedgerTestKit
import Testing

/// Thousands of forgeries of every kind of proof, refused to the last one.
///
/// Which ones is decided by a seed: `FORGERY_SEED=n swift test --filter ForgeryTests` repeats a run's, `FORGERY_COUNT`
/// says how many of each kind. Keys are new each time, so what slips through is printed whole.
struct ForgeryTests {
    private static let seed = number("FORGERY_SEED") ?? 20_261_121
    private static let count = Int(number("FORGERY_COUNT") ?? 5_000)

    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap(UInt64.init)
    }

    private let scene: ProofScene
    private let elsewhere: ProofScene
    private let otherChannel: ProofScene

    init() throws {
        scene = try ProofScene.shared.get()
        elsewhere = try ProofScene.elsewhere.get()
        otherChannel = try ProofScene.otherChannel.get()
    }

    /// What became of something that may be a forgery.
    private enum Verdict {
        case refused
        case accepted
        /// Accepted, and rightly: it is another proof of something that is so.
        case isTrue
    }

    /// Expects that every forgery of `sound` is refused.
    /// - Parameter parts: by how many the number of forgeries is divided, because as many tests share it.
    private func expectRefusal(
        of sound: [UInt8],
        donors: [[UInt8]],
        parts: Int = 1,
        sourceLocation: SourceLocation,
        _ verdict: ([UInt8]) -> Verdict
    ) throws {
        #expect(verdict(sound) == .accepted, "what is forged has to be sound", sourceLocation: sourceLocation)
        var forger = try #require(Forger(sound, donors: donors, seed: Self.seed))
        var refused = 0
        forger.forgeries(Self.count / parts) { forged in
            let verdict = verdict(forged)
            if verdict == .refused { refused += 1 }
            if verdict == .accepted {
                Issue.record(
                    "FORGERY_SEED=\(Self.seed): accepted \(forged.hexadecimal) for \(sound.hexadecimal)",
                    sourceLocation: sourceLocation)
            }
            return verdict != .isTrue
        }
        #expect(refused == Self.count / parts, sourceLocation: sourceLocation)
    }

    private func expectRefusal(
        of sound: Receipt,
        donors: [Receipt],
        parts: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for donor in donors where donor.consortium == scene.genesis.digest {
            #expect(throws: Never.self, sourceLocation: sourceLocation) { try donor.verify(against: scene.genesis) }
        }
        try expectRefusal(
            of: sound.derBytes, donors: donors.map(\.derBytes), parts: parts, sourceLocation: sourceLocation
        ) { bytes in
            guard let receipt = try? Receipt(derBytes: bytes, limit: Receipt.maximumByteCount),
                let findings = try? receipt.verify(against: scene.genesis)
            else { return .refused }
            return isTrue(findings, of: receipt, but: sound) ? .isTrue : .accepted
        }
    }

    /// The proof that nothing stands between two keys proves the absence of every name there, so another name in it is
    /// no forgery, if the name is absent.
    private func isTrue(_ findings: ReceiptFindings, of receipt: Receipt, but sound: Receipt) -> Bool {
        guard case .absence(let found) = findings.subject, case .absence(let original) = sound.subject,
            found.name != original.name, case .absence(let subject) = receipt.subject,
            subject.proof == original.proof
        else { return false }
        return scene.chain[findings.asOf.rawValue].state.values[found.name] == nil
    }

    @Test func forgedReceiptsOfTransactionsAreRefused() throws {
        try expectRefusal(
            of: scene.transaction(),
            donors: [
                scene.transaction(2), scene.transaction(1, at: 4), scene.transaction(sealedBy: 5),
                scene.transaction(sealedBy: 14), scene.entry(), elsewhere.transaction(), otherChannel.transaction(),
            ]
        )
    }

    @Test func forgedReceiptsOfEntriesAreRefused() throws {
        try expectRefusal(
            of: scene.entry(),
            donors: [
                scene.entry(ProofScene.other), scene.entry(sealedBy: 3), scene.entry(sealedBy: 14), scene.absence(),
                scene.list(), elsewhere.entry(), otherChannel.entry(),
            ]
        )
    }

    @Test(arguments: [ProofScene.absent, ProofScene.removed])
    func forgedReceiptsOfAbsencesAreRefused(name: StateName) throws {
        try expectRefusal(
            of: scene.absence(name),
            donors: [
                scene.entry(), scene.absence(ProofScene.emptyTrail), scene.absence(name, sealedBy: 14),
                scene.absence(StateName(contract: "other", key: [1])), elsewhere.absence(name),
                otherChannel.absence(name),
            ],
            parts: 2
        )
    }

    @Test(arguments: [0, 2])
    func forgedReceiptsOfListsAreRefused(first: Int) throws {
        try expectRefusal(
            of: scene.list(from: first),
            donors: [
                scene.list(from: 3), scene.list(from: first, sealedBy: 4), scene.list(from: first, sealedBy: 14),
                scene.emptyList, scene.entry(), elsewhere.list(from: first), otherChannel.list(from: first),
            ],
            parts: 2
        )
    }

    @Test func forgedChainsOfValidatorsAreRefused() throws {
        try expectRefusal(
            of: scene.entry(sealedBy: 14),
            donors: [
                scene.entry(sealedBy: 13), scene.entry(sealedBy: 9), scene.entry(), scene.absence(sealedBy: 14),
                elsewhere.entry(sealedBy: 14), otherChannel.entry(sealedBy: 14),
            ]
        )
    }

    @Test(arguments: [(5, 6), (4, 14)] as [(UInt64, UInt64)])
    func forgedStepsOfALightClientAreRefused(known: UInt64, height: UInt64) throws {
        var client = LightClient(genesis: scene.genesis)
        try client.advance(scene.chain.step(from: nil, to: known))
        let steps = [
            scene.chain.step(from: known, to: height), scene.chain.step(from: known, to: height - 1),
            scene.chain.step(from: known - 1, to: height), scene.chain.step(from: nil, to: height),
            elsewhere.chain.step(from: known, to: height), otherChannel.chain.step(from: known, to: height),
        ]
        try expectRefusal(
            of: steps[0].derBytes, donors: steps.dropFirst().map(\.derBytes), parts: 2,
            sourceLocation: #_sourceLocation
        ) { bytes in
            var client = client
            do {
                try client.advance(try LightClientStep(derBytes: bytes, limit: LightClientStep.maximumByteCount))
                return .accepted
            } catch {
                return .refused
            }
        }
    }

    @Test func forgedProofsOfConsistencyAreRefused() throws {
        let chain = scene.chain
        let (first, second) = (5, 14) as (UInt64, UInt64)
        let (firstRoot, secondRoot) = (chain.journalRoot(first), chain.journalRoot(second))
        let others = [(3, 14), (5, 13), (6, 14), (7, 11)] as [(UInt64, UInt64)]
        try expectRefusal(
            of: chain.consistency(from: first, to: second).derBytes,
            donors: others.map { chain.consistency(from: $0, to: $1).derBytes },
            sourceLocation: #_sourceLocation
        ) { bytes in
            let proof = try? MerkleConsistency(derBytes: bytes, limit: 4_096)
            let holds = proof?.establishes(
                first, firstRoot, isPrefixOf: second, secondRoot, suite: chain.consortium.suite)
            return holds == true ? .accepted : .refused
        }
    }
}
