import Formats
import FormatsTestKit
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The state on disk beside the one by the book (``ReferenceState``).
struct StateTests {
    /// A chain of random puts and removals, with the reference's state after each height.
    private struct RandomChain {
        var scene: Scene
        var states: [MemoryState]
        let keys: [String]

        init(seed: UInt64, blocks: Int, keyCount: Int, callsPerBlock: Int) throws {
            var generator = SeededGenerator(seed: seed)
            var scene = try Scene()
            states = [MemoryState(suite: scene.consortium.suite), scene.chain.state]
            let keys = (0..<keyCount).map { "\($0)" }
            self.keys = keys
            for _ in 0..<blocks {
                let calls = try (0..<Int.random(in: 0...callsPerBlock, using: &generator)).map { _ in
                    let key = try #require(keys.randomElement(using: &generator))
                    let isRemoval = Int.random(in: 0..<5, using: &generator) == 0
                    return NotesContract.call(isRemoval ? "remove" : "put", key, generator.bytes(3))
                }
                try scene.append(calls.isEmpty ? [] : [scene.transaction(calls)])
                states.append(scene.chain.state)
            }
            self.scene = scene
        }

        func name(_ key: String) -> StateName {
            StateName(contract: "notes", key: NotesContract.key(key).bytes)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyHeightProvesWhatItHeldAndWhatItDidNot(seed: UInt64) async throws {
        let random = try RandomChain(seed: seed, blocks: 25, keyCount: 60, callsPerBlock: 25)
        let disk = try LedgerOnDisk(random.scene.consortium)
        try await disk.ledger.execute(random.scene.chain.blocks)
        let suite = random.scene.consortium.suite
        for (height, state) in random.states.enumerated().dropFirst() {
            let results = try #require(await disk.ledger.results(at: Height(rawValue: UInt64(height))))
            for key in random.keys + ["never"] {
                let name = random.name(key)
                let proof = try await disk.ledger.stateProof(of: name, at: results.height)
                #expect(proof == state.proof(of: name), "seed \(seed), height \(height), key \(key)")
                let value = state.entries[StateAddress(contract: "notes", key: StateKey(name.key))]
                if let value {
                    #expect(proof.establishes(value, of: name, under: results.stateRoot, suite: suite))
                    #expect(!proof.establishesAbsence(of: name, under: results.stateRoot, suite: suite))
                } else {
                    #expect(proof.establishesAbsence(of: name, under: results.stateRoot, suite: suite))
                }
            }
        }
    }

    @Test func aLogOfManyTwigsIsTheReferences() async throws {
        let random = try RandomChain(seed: 11, blocks: 12, keyCount: 700, callsPerBlock: 400)
        var disk = try LedgerOnDisk(random.scene.consortium)
        var rest = random.scene.chain.blocks[...]
        while !rest.isEmpty {
            try await disk.ledger.execute(Array(rest.prefix(2)))
            rest = rest.dropFirst(2)
            try disk.reopen()
        }
        #expect(disk.ledger.head.results == random.scene.chain.results)
        let size = try await disk.ledger.stateProof(of: random.name("1"), at: disk.ledger.head.height).path.size
        #expect(size > 1_500)
        for height in [2, 5, 9, 13] {
            for key in ["0", "17", "311", "699", "never"] {
                let name = random.name(key)
                let proof = try await disk.ledger.stateProof(of: name, at: Height(rawValue: UInt64(height)))
                #expect(proof == random.states[height].proof(of: name), "height \(height), key \(key)")
            }
        }
    }

    @Test func whatIsNotCommittedIsTakenBack() async throws {
        let random = try RandomChain(seed: 5, blocks: 20, keyCount: 40, callsPerBlock: 40)
        let disk = try LedgerOnDisk(random.scene.consortium)
        let blocks = random.scene.chain.blocks
        for (index, block) in blocks.enumerated() {
            // The next blocks and one that is out of place: nothing of them may stay.
            let wrong = Array(blocks[index..<min(index + 3, blocks.count)]) + [blocks[index]]
            let error = await failure(LedgerError.self) { try await disk.ledger.execute(wrong) }
            #expect(error?.code == .wrongPredecessor)
            try await disk.ledger.execute([block])
            #expect(disk.ledger.head.results == random.scene.chain.executed[index].executed)
        }
        let name = random.name("7")
        let proof = try await disk.ledger.stateProof(of: name, at: disk.ledger.head.height)
        #expect(proof == random.scene.chain.state.proof(of: name))
    }

    @Test func heightsThatAreNotThereHaveNoProof() async throws {
        let random = try RandomChain(seed: 6, blocks: 2, keyCount: 4, callsPerBlock: 4)
        let disk = try LedgerOnDisk(random.scene.consortium)
        try await disk.ledger.execute(random.scene.chain.blocks)
        let error = await failure(LedgerError.self) {
            try await disk.ledger.stateProof(of: random.name("1"), at: Height(rawValue: 4))
        }
        #expect(error?.code == .notFound)
        let suite = random.scene.consortium.suite
        let proof = try await disk.ledger.stateProof(of: random.name("1"), at: .zero)
        let root = try #require(await disk.ledger.results(at: .zero)).stateRoot
        #expect(proof.establishesAbsence(of: random.name("1"), under: root, suite: suite))
    }
}
