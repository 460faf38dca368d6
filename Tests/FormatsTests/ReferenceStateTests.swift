import Formats
import FormatsTestKit
import Identity
import LedgerTestKit
import Testing

/// The reference proves what was written, and its absence where it was not, at every height.
struct ReferenceStateTests {
    private let suite = CryptoSuiteIdentifier.p256.suite

    private func name(_ number: Int) -> StateName {
        StateName(contract: number % 2 == 0 ? "notes" : "licences", key: Array("\(number)".utf8))
    }

    @Test func theStateAtHeightZeroIsTheSentinelAlone() {
        let state = ReferenceState(suite: suite)
        let leaf = suite.digest(of: [0] + StateLeaf.sentinel.derBytes)
        let twig = suite.digest(of: [2] + leaf.bytes + [0x80] + [UInt8](repeating: 0, count: 31))
        #expect(state.root == StateCommitment(size: 1, twigsRoot: twig).root(suite: suite))
        #expect(state.proof(of: name(1)).establishesAbsence(of: name(1), under: state.root, suite: suite))
    }

    @Test func aNewKeyIsAppendedWithItsPredecessor() {
        var state = ReferenceState(suite: suite)
        state.apply([(name(1), [1])], at: Height(rawValue: 1))
        let key = name(1).digest(suite: suite)
        #expect(
            state.leaves == [
                .sentinel,
                StateLeaf(key: .zero, value: .zero, next: key, height: .zero),
                StateLeaf(key: key, value: suite.digest(of: [1]), next: .zero, height: Height(rawValue: 1)),
            ])
        #expect(state.isActive == [false, true, true])
        state.apply([(name(1), [1])], at: Height(rawValue: 2))
        state.apply([(name(2), nil)], at: Height(rawValue: 3))
        #expect(state.leaves.count == 3, "what changes nothing is not written")
        state.apply([(name(1), nil)], at: Height(rawValue: 4))
        #expect(state.leaves.last == StateLeaf(key: key, value: .zero, next: .zero, height: Height(rawValue: 4)))
        #expect(state.isActive == [false, true, false, true])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func whateverIsThereIsProvedAndWhateverIsNotToo(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = ReferenceState(suite: suite)
        for height in 1...20 as ClosedRange<UInt64> {
            let changes = (0..<20).map { _ in
                let value = UInt8.random(in: 0...9, using: &generator)
                return (name(Int.random(in: 0..<120, using: &generator)), value < 3 ? nil : [value])
            }
            state.apply(changes, at: Height(rawValue: height))
        }
        let root = state.root
        #expect(state.leaves.count > StateTwig.entryCount, "one twig alone does not test the tree above")
        for number in stride(from: 0, to: 150, by: 3) {
            let name = name(number)
            let proof = state.proof(of: name)
            let value = state.values[name]
            #expect(proof.establishesAbsence(of: name, under: root, suite: suite) == (value == nil), "seed \(seed)")
            #expect(proof.establishes(value ?? [], of: name, under: root, suite: suite) == (value != nil))
            #expect(!proof.establishes([77], of: name, under: root, suite: suite))
        }
        for position in stride(from: 0, to: state.leaves.count, by: 7) {
            let proof = state.proof(at: position)
            let derived = proof.path.root(leaf: proof.leaf.digest(suite: suite), suite: suite)
            #expect(derived == root)
            #expect(proof.path.isActive == state.isActive[position])
        }
    }
}
