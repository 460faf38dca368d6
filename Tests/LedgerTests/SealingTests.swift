import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

/// What a ledger gives away for others to check: receipts and ranges of blocks.
struct SealingTests {
    @Test func aReceiptWaitsForAFinalisedHeaderThatStatesTheResults() async throws {
        var scene = try Scene()
        let transaction = try scene.transaction([NotesContract.call("put")])
        let old = scene.chain.results
        try scene.append([transaction])
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        func code() async -> LedgerError.Code? {
            await failure(LedgerError.self) { try await disk.ledger.receipt(for: transaction.identifier) }?.code
        }
        #expect(await code() == .notSealed)
        // Final, but it states older results.
        let stale = try scene.chain.append(results: old)
        try await disk.ledger.execute([stale])
        #expect(await code() == .notSealed)
        // It states them, but has no finalization of its own.
        let covered = try scene.chain.append(isFinalized: false)
        try await disk.ledger.execute([covered])
        #expect(await code() == .notSealed)
        try await disk.ledger.execute([scene.chain.append()])
        let receipt = try await disk.ledger.receipt(for: transaction.identifier)
        let findings = try receipt.verify(against: scene.consortium.genesis)
        #expect(findings.transaction?.height == Height(rawValue: 2))
        #expect(findings.seal.height == Height(rawValue: 5))
    }

    @Test func aReceiptKeepsTheCertificateOfItsTime() async throws {
        var scene = try Scene()
        let before = try scene.transaction([NotesContract.call("put")])
        try scene.append([before])
        let renewed = try scene.consortium.member(
            "alice",
            key: scene.member.key,
            validity: TestConsortium.createdAt.advanced(by: .seconds(3))...TestConsortium.validity.upperBound
        )
        let renewal = try scene.transaction([], by: renewed, registering: true)
        try scene.append([renewal])
        let after = try scene.transaction([NotesContract.call("put")], by: renewed)
        try scene.append([after])
        try scene.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        for (transaction, certificate) in [
            (before, scene.member.certificate), (renewal, scene.member.certificate), (after, renewed.certificate),
        ] {
            let receipt = try await disk.ledger.receipt(for: transaction.identifier)
            #expect(receipt.subject.transaction?.submitterCertificate == certificate.der)
            _ = try receipt.verify(against: scene.consortium.genesis)
        }
    }

    @Test func aTransactionWithoutASubmitterInForceHasAnOutcomeButNoReceipt() async throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob")
        let transaction = try scene.transaction([NotesContract.call("put")], by: bob)
        try scene.append([transaction])
        try scene.append()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        #expect(try await disk.ledger.outcome(of: transaction.identifier)?.rejectionCode == "submitterUnknown")
        let error = await failure(LedgerError.self) { try await disk.ledger.receipt(for: transaction.identifier) }
        #expect(error?.code == .noReceipt)
    }

    @Test(arguments: [31, 32, 33, 34] as [UInt64])
    func aPeerCatchesUpFromRangesThatProveThemselves(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var scene = try Scene()
        for index in 0..<20 {
            let transaction = try scene.transaction([NotesContract.call("put", "\(index)", generator.bytes(200))])
            try scene.chain.append([transaction], isFinalized: index == 19 || Bool.random(using: &generator))
        }
        let serving = try LedgerOnDisk(scene.consortium)
        try await serving.ledger.execute(scene.chain.blocks)
        let behind = try LedgerOnDisk(scene.consortium)
        while behind.ledger.head.height < serving.ledger.head.height {
            let head = behind.ledger.head
            let range = try #require(
                try await serving.ledger.blocks(
                    from: head.height.next,
                    limit: Int.random(in: 1...5, using: &generator),
                    maximumBytes: Int.random(in: 1...5_000, using: &generator)
                ))
            let received = try FinalizedRange(derBytes: range.derBytes, limit: 1 << 20)
            #expect(received == range)
            let blocks = try received.verified(
                after: head.height, digest: head.digest, in: head.schedule, genesis: scene.consortium.genesis)
            try await behind.ledger.execute(blocks)
        }
        #expect(behind.ledger.head == serving.ledger.head, "seed \(seed)")
        #expect(
            try await serving.ledger.blocks(from: Height(rawValue: 22), limit: 1, maximumBytes: 1) == nil)
    }

    @Test func blocksWhoseFinalityCannotBeProvedAreNotServed() async throws {
        var scene = try Scene()
        try scene.chain.append(isFinalized: false)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let range = try #require(try await disk.ledger.blocks(from: Height(rawValue: 1), limit: 9, maximumBytes: 9_999))
        #expect(range.blocks.map(\.header.height) == [Height(rawValue: 1)])
        #expect(try await disk.ledger.blocks(from: Height(rawValue: 2), limit: 9, maximumBytes: 9_999) == nil)
    }

    @Test func aForgedRangeIsRefused() async throws {
        var scene = try Scene()
        for index in 0..<4 {
            let transaction = try scene.transaction([NotesContract.call("put", "\(index)")])
            try scene.chain.append([transaction], isFinalized: index == 3)
        }
        let consortium = scene.consortium
        let blocks = scene.chain.blocks.map(\.block)
        let final = try #require(scene.chain.blocks.last?.finalization)
        let sound = FinalizedRange(
            blocks: Array(blocks.prefix(2)), headers: blocks.dropFirst(2).map(\.header), finalization: final)
        let start = (height: Height.zero, digest: consortium.genesis.channel.digest)
        func code(_ range: FinalizedRange, against genesis: Genesis? = nil) -> LedgerError.Code? {
            do {
                _ = try range.verified(
                    after: start.height, digest: start.digest,
                    in: ValidatorSchedule(genesis: genesis ?? consortium.genesis),
                    genesis: genesis ?? consortium.genesis)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(sound) == nil)
        let emptied = Block(header: blocks[1].header, transactions: [])
        let notarization = try consortium.certificate(
            of: .notarize(
                scene.chain.parent.digest, in: scene.chain.parent.view, epoch: .zero,
                channel: consortium.genesis.channel))
        let forgeries: [(FinalizedRange, LedgerError.Code)] = [
            (FinalizedRange(blocks: [blocks[0], emptied], headers: sound.headers, finalization: final), .wrongBlock),
            (FinalizedRange(blocks: [blocks[1]], headers: sound.headers, finalization: final), .wrongPredecessor),
            (FinalizedRange(blocks: [blocks[0]], headers: sound.headers, finalization: final), .wrongPredecessor),
            (FinalizedRange(blocks: sound.blocks, headers: [], finalization: final), .wrongBlock),
            (FinalizedRange(blocks: [], headers: blocks.map(\.header), finalization: final), .wrongBlock),
            (FinalizedRange(blocks: [], headers: [], finalization: final), .wrongBlock),
            (FinalizedRange(blocks: sound.blocks, headers: sound.headers, finalization: notarization), .wrongBlock),
        ]
        for (index, (range, expected)) in forgeries.enumerated() {
            #expect(code(range) == expected, "forgery \(index)")
        }
        #expect(code(sound, against: try TestConsortium().genesis) == .wrongBlock)
    }
}
