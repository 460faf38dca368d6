import Formats
import FormatsTestKit
import Identity
import LedgerTestKit
import Testing

struct MerkleTests {
    let suite = CryptoSuiteIdentifier.p256.suite
    let reference = ReferenceMerkle(suite: CryptoSuiteIdentifier.p256.suite)

    private func leaves(_ count: Int) -> [[UInt8]] {
        var generator = SeededGenerator(seed: UInt64(count))
        return (0..<count).map { index in generator.bytes(index % 40) }
    }

    @Test func rootsAreThoseOfTheReference() {
        for count in 0...70 {
            let leaves = leaves(count)
            let root = reference.root(leaves.map(reference.leaf)[...])
            #expect(MerkleTree(leaves: leaves, suite: suite).root == root, "\(count) leaves")
        }
    }

    @Test func pathsAreThoseOfTheReferenceAndLeadToTheRoot() {
        for count in 1...70 {
            let leaves = leaves(count)
            let tree = MerkleTree(leaves: leaves, suite: suite)
            for index in 0..<count {
                let path = tree.path(to: index)
                #expect(path.siblings == reference.path(to: index, leaves.map(reference.leaf)[...]))
                let leaf = MerkleTree.leafDigest(leaves[index], suite: suite)
                #expect(path.root(leaf: leaf, suite: suite) == tree.root)
            }
        }
    }

    @Test(arguments: [257, 1_000, 1_023, 1_025] as [Int])
    func pathsOfLargerTreesLeadToTheRoot(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let leaves = leaves(count)
        let tree = MerkleTree(leaves: leaves, suite: suite)
        for _ in 0..<20 {
            let index = Int.random(in: 0..<count, using: &generator)
            let path = tree.path(to: index)
            let leaf = MerkleTree.leafDigest(leaves[index], suite: suite)
            #expect(path.root(leaf: leaf, suite: suite) == tree.root)
        }
    }

    @Test func aPathProvesNoOtherLeafPlaceOrSize() throws {
        for count in [2, 3, 7, 8, 13] {
            let leaves = leaves(count)
            let tree = MerkleTree(leaves: leaves, suite: suite)
            for index in 0..<count {
                let path = tree.path(to: index)
                let leaf = MerkleTree.leafDigest(leaves[index], suite: suite)
                let otherLeaf = MerkleTree.leafDigest(leaves[index] + [0], suite: suite)
                #expect(path.root(leaf: otherLeaf, suite: suite) != tree.root)
                for other in 0..<count where other != index {
                    let moved = try path.changed(index: other)
                    #expect(moved.root(leaf: leaf, suite: suite) != tree.root, "\(index) as \(other) of \(count)")
                }
                for position in path.siblings.indices {
                    var siblings = path.siblings
                    siblings[position] = leaf
                    #expect(try path.changed(siblings: siblings).root(leaf: leaf, suite: suite) != tree.root)
                }
                let longer = try path.changed(siblings: path.siblings + [leaf])
                #expect(longer.root(leaf: leaf, suite: suite) != tree.root)
                let shorter = try path.changed(siblings: Array(path.siblings.dropLast()))
                #expect(shorter.root(leaf: leaf, suite: suite) != tree.root)
            }
        }
    }

    @Test func aPathRefusesAPlaceOutsideOfItsTree() throws {
        let path = MerkleTree(leaves: leaves(4), suite: suite).path(to: 2)
        for (index, size) in [(4, 4), (-1, 4), (0, 0), (0, -1)] as [(Int64, Int64)] {
            let error = #expect(throws: FormatError.self) { try path.changed(index: index, size: size) }
            #expect(error?.code == .outOfRange)
        }
    }

    @Test func aRangeGrowsWithTheTree() {
        var range = MerkleRange()
        var nodes: [String: Digest] = [:]
        for count in 0...70 {
            let leaves = leaves(70)
            let tree = MerkleTree(leaves: Array(leaves.prefix(count)), suite: suite)
            #expect(range.root(suite: suite) == tree.root)
            #expect(range.count == UInt64(count))
            let restored = MerkleRange(count: UInt64(count)) { level, index in
                nodes["\(level) \(index)"] ?? .zero
            }
            #expect(restored == range)
            for index in 0..<count {
                let path = MerklePath(index: UInt64(index), size: UInt64(count)) { part in
                    MerkleRange.root(over: part, suite: suite) { nodes["\($0) \($1)"] ?? .zero }
                }
                #expect(path == tree.path(to: index))
            }
            guard count < 70 else { break }
            let leaf = MerkleTree.leafDigest(leaves[count], suite: suite)
            for node in range.append(leaf: leaf, suite: suite) {
                #expect(nodes.updateValue(node.digest, forKey: "\(node.level) \(node.index)") == nil)
            }
        }
    }

    @Test func emptyAndSingleTreesHaveTheRootsOfTheStandard() {
        #expect(MerkleTree(leaves: [], suite: suite).root == suite.digest(of: []))
        #expect(MerkleTree(leaves: [[7]], suite: suite).root == suite.digest(of: [0, 7]))
        #expect(MerkleRange().root(suite: suite) == suite.digest(of: []))
    }
}
