import Formats
import Identity
import Ledger
import LedgerTestKit
import Replication
import Testing

@Suite struct BlockTreeTests {
    private let consortium: TestConsortium
    /// Five blocks on top of each other.
    private let blocks: [VerifiedBlock]
    private let heads: [ParentBlock]

    init() throws {
        consortium = try TestConsortium()
        var chain = try TestChain(consortium)
        var blocks: [VerifiedBlock] = []
        var heads = [chain.parent]
        for _ in 0..<5 {
            blocks.append(chain.block())
            try chain.append()
            heads.append(chain.parent)
        }
        self.blocks = blocks
        self.heads = heads
    }

    private func entry(_ index: Int, isVerified: Bool = true, byteCount: Int? = nil) -> BlockTree.Entry {
        let block = blocks[index]
        return BlockTree.Entry(
            block: block.block,
            bytes: byteCount.map { [UInt8](repeating: 0, count: $0) } ?? block.block.derBytes,
            digest: block.digest,
            transactions: block.transactions.map(\.identifier),
            verified: isVerified ? block : nil
        )
    }

    private func insert(_ entry: BlockTree.Entry, into tree: inout BlockTree) -> Bool { tree.insert(entry) }

    private func tree(_ indices: [Int]) -> BlockTree {
        var tree = BlockTree(root: heads[0])
        for index in indices {
            #expect(insert(entry(index), into: &tree))
        }
        return tree
    }

    /// The heights of the blocks that connect the one with the index to the root, or the word for why there are none.
    private func connection(to index: Int, in tree: BlockTree) -> String {
        switch tree.connection(to: blocks[index].digest) {
        case .connected(let chain): chain.map(\.header.height.description).joined(separator: " ")
        case .missing: "missing"
        case .notAbove: "not above"
        }
    }

    @Test func aBlockHangsOnTheRootByAllOfItsAncestors() {
        #expect(connection(to: 2, in: tree([2, 0, 1])) == "1 2 3")
        #expect(connection(to: 2, in: tree([2, 0])) == "missing")
        #expect(connection(to: 2, in: tree([])) == "missing")
    }

    @Test func theRootIsConnectedToItself() {
        guard case .connected(let chain) = tree([0]).connection(to: heads[0].digest) else {
            Issue.record("not connected")
            return
        }
        #expect(chain.isEmpty)
    }

    @Test func factsOfAParentAreThoseOfTheChain() {
        let tree = tree([0, 1])
        #expect(tree.parentBlock(blocks[1].digest)?.digest == heads[2].digest)
        #expect(tree.parentBlock(blocks[1].digest)?.height == heads[2].height)
        #expect(tree.parentBlock(heads[0].digest)?.digest == heads[0].digest)
        #expect(tree.parentBlock(blocks[2].digest) == nil)
    }

    @Test func anAdvancingRootForgetsWhatIsNotAboveIt() {
        var tree = tree([0, 1, 2, 3])
        tree.advanceRoot(to: heads[2])
        #expect(tree[blocks[0].digest] == nil)
        #expect(tree[blocks[1].digest] == nil)
        #expect(connection(to: 3, in: tree) == "3 4")
        // What the ledger has is taken in without effect.
        #expect(insert(entry(1), into: &tree))
        #expect(tree[blocks[1].digest] == nil)
    }

    @Test func aBranchThatLeavesTheChainBelowTheRootIsNotAboveIt() throws {
        var tree = BlockTree(root: heads[0])
        let other = BlockBuilder(genesis: consortium.genesis).block(
            of: [],
            on: heads[0],
            in: .init(genesis: consortium.genesis),
            view: heads[0].view.advanced(by: 7),
            now: heads[0].timestamp.advanced(by: .seconds(9)),
            executed: heads[0].executed,
            knownTransactions: []
        )
        let child = BlockBuilder(genesis: consortium.genesis).block(
            of: [],
            on: heads[0].child(other),
            in: .init(genesis: consortium.genesis),
            view: heads[0].view.advanced(by: 8),
            now: heads[0].timestamp.advanced(by: .seconds(10)),
            executed: heads[0].executed,
            knownTransactions: []
        )
        let entry = BlockTree.Entry(
            block: child.block, bytes: [], digest: child.digest, transactions: [], verified: child)
        #expect(insert(entry, into: &tree))
        tree.advanceRoot(to: heads[1])
        guard case .notAbove = tree.connection(to: child.digest) else {
            Issue.record("a block of another branch is connected")
            return
        }
        #expect(tree.parentBlock(child.digest) == nil)
    }

    @Test func aVerifiedBlockTakesThePlaceOfTheSameUnverified() {
        var tree = BlockTree(root: heads[0])
        #expect(insert(entry(0, isVerified: false), into: &tree))
        #expect(tree[blocks[0].digest]?.verified == nil)
        #expect(insert(entry(0), into: &tree))
        #expect(tree[blocks[0].digest]?.verified != nil)
        #expect(insert(entry(0, isVerified: false), into: &tree))
        #expect(tree[blocks[0].digest]?.verified != nil)
    }

    @Test func blocksAreHeldUpToTheLimitOfBytesAndThereIsRoomAgainAboveANewRoot() {
        var tree = BlockTree(root: heads[0])
        #expect(insert(entry(0, byteCount: BlockTree.maximumBytes - 1), into: &tree))
        tree.markNotarized(blocks[0].digest)
        #expect(insert(entry(1, byteCount: 1), into: &tree))
        #expect(!insert(entry(2, byteCount: 1), into: &tree))
        #expect(tree[blocks[2].digest] == nil)
        // One that is held already needs no more room.
        #expect(insert(entry(1, byteCount: 1), into: &tree))
        tree.advanceRoot(to: heads[1])
        tree.markNotarized(blocks[1].digest)
        #expect(insert(entry(2, byteCount: BlockTree.maximumBytes - 1), into: &tree))
        #expect(!insert(entry(3, byteCount: 1), into: &tree))
    }

    /// 64 full blocks that a quorum has given up would otherwise keep every later one out.
    @Test func blocksThatNoQuorumHasNotarisedGiveWayToNewOnes() {
        var tree = BlockTree(root: heads[0])
        #expect(insert(entry(0), into: &tree))
        tree.markNotarized(blocks[0].digest)
        #expect(insert(entry(1, byteCount: BlockTree.maximumBytes - 10_000), into: &tree))
        #expect(insert(entry(2), into: &tree))
        #expect(insert(entry(3, byteCount: 20_000), into: &tree))
        #expect(tree[blocks[0].digest] != nil, "a quorum has notarised it")
        #expect(tree[blocks[1].digest] == nil, "it can be fetched again, should it matter")
        #expect(tree[blocks[3].digest] != nil)
    }
}
