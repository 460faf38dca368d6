import Formats
import FormatsTestKit
import Identity
import LedgerTestKit
import Testing

struct MerkleConsistencyTests {
    private let suite = CryptoSuiteIdentifier.p256.suite
    private let reference = ReferenceMerkle(suite: CryptoSuiteIdentifier.p256.suite)
    private let leaves: [Digest]
    private let roots: [Digest]

    init() {
        var generator = SeededGenerator(seed: 34)
        let reference = reference
        let leaves = (0..<34).map { _ in reference.leaf(generator.bytes(8)) }
        self.leaves = leaves
        roots = (0...34).map { reference.root(leaves.prefix($0)) }
    }

    private func proof(_ first: Int, _ second: Int) -> MerkleConsistency {
        MerkleConsistency(from: UInt64(first), to: UInt64(second)) { range in
            reference.root(leaves[Int(range.lowerBound)..<Int(range.upperBound)])
        }
    }

    private func holds(_ proof: MerkleConsistency, _ first: Int, _ second: Int, firstRoot: Digest? = nil) -> Bool {
        proof.establishes(
            UInt64(first), firstRoot ?? roots[first], isPrefixOf: UInt64(second), roots[second], suite: suite)
    }

    @Test func proofsAreThoseOfTheReferenceAndHold() {
        for second in 1...34 {
            for first in 1...second {
                let proof = proof(first, second)
                #expect(proof.nodes == reference.consistency(from: first, leaves.prefix(second)))
                #expect(holds(proof, first, second), "\(first) to \(second)")
            }
            #expect(holds(proof(0, second), 0, second))
            #expect(proof(0, second).nodes.isEmpty)
        }
        #expect(holds(proof(0, 0), 0, 0))
    }

    @Test func aProofHoldsForItsOwnTreesOnly() {
        for second in 1...20 {
            for first in 1..<second {
                let proof = proof(first, second)
                for other in 0...20 where other != first && other <= second {
                    #expect(!holds(proof, other, second), "\(first) to \(second), as from \(other)")
                }
                for other in 1...20 where other != second && other >= first {
                    #expect(!holds(proof, first, other), "\(first) to \(second), as to \(other)")
                }
                #expect(!holds(proof, first, second, firstRoot: leaves[0].successor))
                #expect(!holds(proof, second, first))
            }
        }
    }

    @Test func aProofWithANodeMoreOrLessIsRefused() throws {
        for (first, second) in [(3, 7), (4, 8), (6, 8), (8, 9), (1, 20)] {
            let nodes = proof(first, second).nodes
            let forgeries: [[Digest]] = [
                nodes.dropLast(), Array(nodes.dropFirst()), nodes + [leaves[0]], [leaves[0]] + nodes, [],
            ]
            for forged in forgeries {
                #expect(!holds(try MerkleConsistency(forged), first, second))
            }
            #expect(!holds(try MerkleConsistency([leaves[0]]), second, second))
            #expect(!holds(try MerkleConsistency([leaves[0]]), 0, second))
        }
    }

    @Test func anotherHistoryIsNoPrefix() {
        var other = leaves
        other[2] = leaves[3]
        for second in 4...20 {
            let root = reference.root(other.prefix(4))
            #expect(!holds(proof(4, second), 4, second, firstRoot: root))
        }
    }

    @Test func hugeSizesAreRefusedWithoutATrap() throws {
        let some = try MerkleConsistency(Array(leaves.prefix(20)))
        for size in [UInt64(Int64.max), .max, 1 << 62, 1 << 63] {
            for first in [1, 2, size - 1, size] {
                #expect(!some.establishes(first, roots[1], isPrefixOf: size, roots[2], suite: suite))
            }
        }
    }
}

extension Digest {
    /// Some other digest.
    fileprivate var successor: Digest { CryptoSuiteIdentifier.p256.suite.digest(of: bytes) }
}
