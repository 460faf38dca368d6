import Formats
import Identity
import LedgerTestKit
import Testing

/// Runs of leaves: proved where they are, and nowhere else.
struct MerkleSpanTests {
    private let suite = CryptoSuiteIdentifier.p256.suite

    private func leaves(_ count: Int) -> [Digest] {
        var generator = SeededGenerator(seed: UInt64(count))
        return (0..<count).map { _ in suite.digest(of: generator.bytes(8)) }
    }

    private func root(_ leaves: ArraySlice<Digest>) -> Digest {
        MerkleTree.root(ofLeaves: Array(leaves), suite: suite)
    }

    private func span(_ range: Range<Int>, of leaves: [Digest]) -> MerkleSpan {
        MerkleSpan(of: UInt64(range.lowerBound)..<UInt64(range.upperBound), size: UInt64(leaves.count)) { part in
            root(leaves[Int(part.lowerBound)..<Int(part.upperBound)])
        }
    }

    @Test func everyRunOfEveryTreeLeadsToTheRoot() {
        for count in 1...20 {
            let leaves = leaves(count)
            for first in 0..<count {
                for end in first + 1...count {
                    let proof = span(first..<end, of: leaves)
                    #expect(proof.root(leaves: Array(leaves[first..<end]), suite: suite) == root(leaves[...]))
                }
            }
        }
    }

    @Test func aRunOfOneLeafHasTheSiblingsOfItsPath() {
        let leaves = leaves(13)
        for index in 0..<13 {
            let path = MerklePath(index: UInt64(index), size: 13) {
                root(leaves[Int($0.lowerBound)..<Int($0.upperBound)])
            }
            #expect(Set(span(index..<index + 1, of: leaves).siblings) == Set(path.siblings))
        }
    }

    @Test func otherLeavesOrMoreOrFewerAreNotProved() {
        let leaves = leaves(11)
        let all = root(leaves[...])
        let proof = span(3..<7, of: leaves)
        let run = Array(leaves[3..<7])
        for index in run.indices {
            var other = run
            other[index] = leaves[0]
            #expect(proof.root(leaves: other, suite: suite) != all)
        }
        #expect(proof.root(leaves: run.dropLast(), suite: suite) == nil)
        #expect(proof.root(leaves: run + [leaves[7]], suite: suite) == nil)
        #expect(proof.root(leaves: run.reversed(), suite: suite) != all)
    }

    /// The size is not proved: in another tree of a like shape the same siblings lead to the same root. Whoever checks
    /// a run knows the size from elsewhere.
    @Test func aProofIsForOnePlaceOfATreeOfItsSize() {
        let leaves = leaves(16)
        let all = root(leaves[...])
        let run = Array(leaves[4..<8])
        let siblings = span(4..<8, of: leaves).siblings
        var others = 0
        for first in 0...12 where first != 4 {
            var rest = siblings
            let other = MerkleSpan(of: UInt64(first)..<UInt64(first + 4), size: 16) { _ in
                rest.isEmpty ? .zero : rest.removeFirst()
            }
            guard other.siblings == siblings else { continue }
            others += 1
            #expect(other.root(leaves: run, suite: suite) != all, "at \(first)")
        }
        #expect(others > 0)
    }

    @Test func siblingsTooManyOrTooFewProveNothing() throws {
        let leaves = leaves(11)
        let proof = span(3..<7, of: leaves)
        let run = Array(leaves[3..<7])
        for siblings in [Array(proof.siblings.dropLast()), proof.siblings + [leaves[0]]] {
            var bytes = proof.derBytes
            // The list of siblings is the last field: make it anew with the others before it.
            let list: [UInt8] = siblings.flatMap { [0x04, 0x20] + $0.bytes }
            let numbers: [UInt8] = [2, 1, 11, 2, 1, 3, 2, 1, 4]
            #expect(Array(bytes.dropFirst(bytes[1] < 0x80 ? 2 : 3).prefix(numbers.count)) == numbers)
            let header: [UInt8] = [0x30] + (list.count < 128 ? [UInt8(list.count)] : [0x81, UInt8(list.count)])
            let content = numbers + header + list
            bytes = [0x30] + (content.count < 128 ? [UInt8(content.count)] : [0x81, UInt8(content.count)]) + content
            let changed = try MerkleSpan(derBytes: bytes, limit: 10_000)
            #expect(changed.root(leaves: run, suite: suite) == nil, "\(siblings.count) siblings")
        }
    }
}
