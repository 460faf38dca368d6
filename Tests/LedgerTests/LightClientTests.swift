import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// The steps that a ledger gives, taken by a light client that trusts nobody.
struct LightClientTests {
    @Test(arguments: [31, 32] as [UInt64])
    func aLightClientFollowsAGrowingLedgerByWhateverStepsItTakes(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var scene = try Scene()
        let disk = try LedgerOnDisk(scene.consortium)
        var client = LightClient(genesis: scene.consortium.genesis)
        for index in 0..<20 {
            let isBusy = Bool.random(using: &generator)
            try scene.append(isBusy ? [scene.transaction([NotesContract.call("put", "\(index)")])] : [])
            try await disk.ledger.execute(Array(scene.chain.blocks.dropFirst(Int(disk.ledger.head.height.rawValue))))
            guard Int.random(in: 0..<3, using: &generator) > 0 else { continue }
            let step = try await disk.ledger.lightClientStep(from: client.header?.height)
            let read = try LightClientStep(derBytes: step.derBytes, limit: LightClientStep.maximumByteCount)
            try client.advance(read)
            #expect(client.header == scene.chain.blocks.last?.header, "seed \(seed), block \(index)")
            let trusted = try #require(client.trusted)
            client = try LightClient(genesis: scene.consortium.genesis, trusted: trusted)
        }
        let known = try #require(client.header).height
        let head = disk.ledger.head.height
        if known == head {
            let error = await failure(LedgerError.self) { try await disk.ledger.lightClientStep(from: known) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aClientOfAnotherChainFindsOut() async throws {
        var scene = try Scene()
        try scene.append()
        var fork = scene.chain
        try scene.append([scene.transaction([NotesContract.call("put", "a")])])
        try fork.append(interval: .seconds(7))
        try fork.append()
        try fork.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        var client = LightClient(genesis: scene.consortium.genesis)
        try client.advance(try await disk.ledger.lightClientStep(from: nil))
        let other = try LedgerOnDisk(scene.consortium)
        try await other.ledger.execute(fork.blocks)
        let step = try await other.ledger.lightClientStep(from: client.header?.height)
        let error = await failure(VerificationError.self) { try client.advance(step) }
        #expect(error?.code == .fork)
        #expect(client.header == scene.chain.blocks.last?.header)
    }
}
