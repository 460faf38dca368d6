import Formats
import FormatsTestKit
import Identity
import Testing

/// Receipts of entries and of their absence: what they establish, and what is refused.
struct StateReceiptTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }

    init() throws { scene = try ProofScene.shared.get() }

    private func proof(_ name: StateName, sealedBy seal: UInt64 = 6) -> StateProof {
        scene.chain[seal - 1].state.proof(of: name)
    }

    private func entry(_ value: [UInt8], _ name: StateName, _ proof: StateProof) -> VerificationError.Code? {
        scene.entry().changed(subject: .entry(EntrySubject(name: name, value: value, proof: proof)))
            .refusal(against: genesis)
    }

    private func absence(_ name: StateName, _ proof: StateProof) -> VerificationError.Code? {
        scene.entry().changed(subject: .absence(AbsenceSubject(name: name, proof: proof))).refusal(against: genesis)
    }

    @Test func anEntryIsEstablishedWithItsValueAndSinceWhen() throws {
        let findings = try scene.entry().verify(against: genesis)
        guard case .entry(let entry) = findings.subject else { throw ReferenceError("not of an entry") }
        #expect(entry.name == ProofScene.present && entry.value == [11])
        #expect(entry.since == Height(rawValue: 4))
        #expect(findings.asOf == Height(rawValue: 5))
        #expect(findings.seal.height == Height(rawValue: 6))
        #expect(findings.seal.epoch == .zero)
        #expect(findings.seal.signers == scene.consortium.validators.prefix(3).map(\.member))
        #expect(findings.established == [.value, .continuity, .finality])
        #expect(findings.notEstablished == [.laterChanges, .earlierHistory, .authorship])
    }

    @Test func anAbsenceIsEstablishedWithItsReason() throws {
        for (name, reason) in [(ProofScene.removed, .removed), (ProofScene.absent, .neverWritten)]
            as [(StateName, AbsenceFindings.Reason)]
        {
            let findings = try scene.absence(name).verify(against: genesis)
            guard case .absence(let absence) = findings.subject else { throw ReferenceError("not of an absence") }
            #expect(absence.name == name && absence.reason == reason)
            #expect(reason == .neverWritten || absence.since == Height(rawValue: 4))
            #expect(findings.established == [.absence, .continuity, .finality])
        }
    }

    @Test func anotherValueIsRefused() {
        let proof = proof(ProofScene.present)
        #expect(entry([11], ProofScene.present, proof) == nil)
        for value in [[10], [], [11, 0], [12]] as [[UInt8]] {
            #expect(entry(value, ProofScene.present, proof) == .wrongProof)
        }
    }

    @Test func theProofOfAnotherKeyContractHeightOrChannelIsRefused() throws {
        let proof = proof(ProofScene.present)
        #expect(entry([11], ProofScene.other, proof) == .wrongProof)
        #expect(entry([11], StateName(contract: "other", key: [1]), proof) == .wrongProof)
        #expect(entry([11], ProofScene.present, self.proof(ProofScene.present, sealedBy: 14)) == .wrongProof)
        let elsewhere = try ProofScene.otherChannel.get().chain[5].state.proof(of: ProofScene.present)
        #expect(entry([11], ProofScene.present, elsewhere) == .wrongProof)
    }

    @Test func aSupersededEntryIsRefused() throws {
        let state = scene.chain[5].state
        let key = ProofScene.present.digest(suite: scene.consortium.suite)
        let old = try #require(state.leaves.firstIndex { $0.key == key })
        let proof = state.proof(at: old)
        #expect(proof.path.root(leaf: proof.leaf.digest(suite: genesis.suite), suite: genesis.suite) == state.root)
        #expect(entry([10], ProofScene.present, proof) == .wrongProof)
    }

    @Test func aPresentKeyIsNotShownAbsentByAnyEntryOfTheState() {
        let state = scene.chain[5].state
        for position in stride(from: 0, to: state.leaves.count, by: 5) {
            #expect(absence(ProofScene.present, state.proof(at: position)) == .wrongProof, "position \(position)")
        }
        #expect(absence(ProofScene.present, state.proof(of: ProofScene.present)) == .wrongProof)
        #expect(absence(ProofScene.absent, state.proof(of: ProofScene.present)) != nil)
    }

    @Test func anAbsentKeyIsNotShownPresentByAnyEntryOfTheState() {
        let state = scene.chain[5].state
        for name in [ProofScene.absent, ProofScene.removed] {
            for position in stride(from: 0, to: state.leaves.count, by: 5) {
                #expect(entry([30], name, state.proof(at: position)) == .wrongProof)
            }
            for value in [[], [30], Digest.zero.bytes] as [[UInt8]] {
                #expect(entry(value, name, state.proof(of: name)) == .wrongProof)
            }
        }
    }

    @Test func theSentinelIsNoEntry() {
        let sentinel = scene.chain[5].state.proof(of: StateName(contract: "", key: []))
        #expect(entry([], StateName(contract: "", key: []), sentinel) == .wrongProof)
    }

    @Test func anEntryOfALaterHeightThanTheStateIsRefused() throws {
        // A quorum has signed nonsense: a state of height 1 with an entry of height 9.
        let consortium = scene.consortium
        var state = ReferenceState(suite: consortium.suite)
        state.apply([(ProofScene.present, [1])], at: Height(rawValue: 9))
        let executed = ExecutedState(height: Height(rawValue: 1), stateRoot: state.root, journalRoot: .zero)
        let header = scene.chain[6].header.changed(executed: executed)
        let subject = EntrySubject(name: ProofScene.present, value: [1], proof: state.proof(of: ProofScene.present))
        let receipt = scene.entry().changed(
            subject: .entry(subject), sealingHeader: header,
            finalization: try scene.chain.epochs[0].finalization(of: header, suite: consortium.suite))
        #expect(receipt.refusal(against: genesis) == .inconsistent)
    }

    @Test func subjectsOfOneKindDoNotPassForAnother() throws {
        // The tag says what the same fields are: an entry's under the tag of an absence, and the other way round.
        for (receipt, tag) in [(scene.entry(), 0xA2), (scene.absence(), 0xA1), (scene.list(), 0xA1)]
            as [(Receipt, UInt8)]
        {
            var tree = try #require(DERNode(receipt.derBytes))
            tree.change(at: [3]) { $0.tag = tag }
            let bytes = tree.encoded
            #expect(throws: FormatError.self) { try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount) }
        }
    }
}
