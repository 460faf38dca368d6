import Formats
import FormatsTestKit
import Identity
import Testing

/// Receipts of trails: that these are all elements, and that a list with any other is refused.
struct ListReceiptTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }
    private var suite: any CryptoSuite { genesis.suite }

    init() throws { scene = try ProofScene.shared.get() }

    private func refusal(
        _ elements: [[UInt8]],
        preceding: TrailHead = .empty,
        name: StateName = ProofScene.trail,
        proof: StateProof? = nil
    ) -> VerificationError.Code? {
        let subject = ListSubject(
            name: name, preceding: preceding, elements: elements,
            proof: proof ?? scene.chain[5].state.proof(of: name))
        return scene.list().changed(subject: .list(subject)).refusal(against: genesis)
    }

    private func head(_ elements: some Sequence<[UInt8]>) -> TrailHead {
        elements.reduce(.empty) { $0.appending($1, suite: suite) }
    }

    @Test func aWholeListIsEstablished() throws {
        let findings = try scene.list().verify(against: genesis)
        guard case .list(let list) = findings.subject else { throw ReferenceError("not of a list") }
        #expect(list.isWhole && list.count == 5 && list.elements == scene.elements)
        #expect(list.since == Height(rawValue: 5))
        #expect(findings.established == [.completeness, .elementOrder, .finality])
        #expect(findings.notEstablished == [.laterChanges, .authorship])
    }

    @Test func theEndOfAListIsEstablishedAsSuch() throws {
        for first in 1...5 {
            let findings = try scene.list(from: first).verify(against: genesis)
            guard case .list(let list) = findings.subject else { throw ReferenceError("not of a list") }
            #expect(!list.isWhole && list.count == 5 && list.first == UInt64(first))
            #expect(list.elements == Array(scene.elements.dropFirst(first)))
            #expect(findings.established == [.completenessFromPlace, .elementOrder, .finality])
            #expect(findings.notEstablished.contains(.earlierElements))
        }
    }

    @Test func anEmptyListIsEstablishedByTheAbsenceOfItsHead() throws {
        let findings = try scene.emptyList.verify(against: genesis)
        guard case .list(let list) = findings.subject else { throw ReferenceError("not of a list") }
        #expect(list.isWhole && list.count == 0 && list.elements.isEmpty)
        #expect(refusal([]) == .wrongProof, "the trail is not empty")
    }

    @Test func aListWithAnElementMissingAddedChangedOrElsewhereIsRefused() {
        let elements = scene.elements
        #expect(refusal(elements) == nil)
        for index in elements.indices {
            var missing = elements
            missing.remove(at: index)
            #expect(refusal(missing) == .wrongProof)
            var changed = elements
            changed[index][0] ^= 1
            #expect(refusal(changed) == .wrongProof)
            for other in elements.indices where other != index {
                var swapped = elements
                swapped.swapAt(index, other)
                #expect(refusal(swapped) == .wrongProof)
            }
        }
        for index in 0...elements.count {
            var added = elements
            added.insert([1], at: index)
            #expect(refusal(added) == .wrongProof)
        }
        #expect(refusal([elements[0] + elements[1]] + elements.dropFirst(2)) == .wrongProof)
    }

    @Test func whatPrecedesIsTheTrailsOrIsRefused() {
        let elements = scene.elements
        let rest = Array(elements.dropFirst(2))
        let before = head(elements.prefix(2))
        #expect(refusal(rest, preceding: before) == nil)
        for forged in [
            TrailHead(count: 1, chain: before.chain), TrailHead(count: 3, chain: before.chain),
            TrailHead(count: 2, chain: before.chain.next(suite)), head(elements.prefix(1)), head(elements.prefix(3)),
            TrailHead(count: UInt64(Int64.max) - 1, chain: before.chain), .empty,
        ] {
            #expect(refusal(rest, preceding: forged) == .wrongProof)
        }
        // Nothing precedes the first element: were a chain allowed there, a list would claim to be whole that is not.
        #expect(refusal(elements, preceding: TrailHead(count: 0, chain: before.chain)) == .inconsistent)
        #expect(refusal(rest, preceding: TrailHead(count: 0, chain: before.chain)) == .inconsistent)
    }

    @Test func theListOfAnotherTrailOrHeightIsRefused() {
        let elements = scene.elements
        #expect(refusal(elements, name: ProofScene.emptyTrail) == .wrongProof)
        #expect(refusal(elements, name: ProofScene.present) == .wrongProof)
        #expect(refusal(Array(elements.prefix(3))) == .wrongProof)
        #expect(
            refusal(Array(elements.prefix(3)), proof: scene.chain[3].state.proof(of: ProofScene.trail)) == .wrongProof)
    }

    @Test func aPresentHeadIsNotShownAbsent() {
        let state = scene.chain[5].state
        for position in stride(from: 0, to: state.leaves.count, by: 5) {
            #expect(refusal([], proof: state.proof(at: position)) == .wrongProof)
        }
    }
}

extension Digest {
    fileprivate func next(_ suite: any CryptoSuite) -> Digest { suite.digest(of: bytes) }
}
