import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

/// A ledger whose members change: what it serves, proves, checks and goes on with.
struct EpochTests {
    /// A chain of three epochs with transactions in each: a node joins, then one leaves and another has a new key. Some
    /// blocks were final only in a later view, and the last one of an epoch is among them.
    static func chain() throws -> MembershipScene {
        var scene = try MembershipScene()
        try scene.register()
        func write(_ scene: inout MembershipScene, _ text: String) throws {
            for index in 0..<3 {
                let call = NotesContract.call("put", "\(text)-\(index)", Array(text.utf8))
                let transaction = try scene.scene.transaction([call])
                try scene.scene.chain.append([transaction], after: UInt64(index))
            }
        }
        try write(&scene, "first")
        let second = try scene.node("second")
        let joined = try scene.propose([.add(MembershipScene.member(second))]).standing().number
        for department in 1...2 { _ = try scene.approve(joined, by: department) }
        while let next = scene.schedule.next {
            let isLast = next.firstHeight == scene.height.next.next
            try scene.scene.chain.append(after: isLast ? 4 : 0)
        }
        try write(&scene, "second")
        let renewed = try scene.node("node", department: 1)
        let other = try scene.propose([
            .remove(scene.name(3)), .rotate(renewed.certificate.der),
        ])
        for department in 1...2 { _ = try scene.approve(try other.standing().number, by: department) }
        try scene.pass()
        try write(&scene, "third")
        try scene.scene.append()
        #expect(scene.schedule.current.epoch == Epoch(rawValue: 2))
        return scene
    }

    private func executed(_ scene: MembershipScene) async throws -> LedgerOnDisk {
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.scene.chain.blocks)
        return disk
    }

    private func change(of scene: MembershipScene, to epoch: UInt64) throws -> BlockHeader {
        try #require(scene.scene.chain.blocks.first { $0.header.epoch.rawValue == epoch }).header
    }

    @Test func theScheduleFollowsTheBlocksHoweverTheyAreExecuted() async throws {
        let scene = try Self.chain()
        let genesis = scene.consortium.genesis
        var disk = try LedgerOnDisk(scene.consortium)
        var chain = try TestChain(scene.consortium)
        #expect(disk.ledger.head.schedule == chain.schedule)
        for block in scene.scene.chain.blocks {
            let term = disk.ledger.head.schedule.term(at: block.header.height)
            #expect(block.header.epoch == term.epoch)
            #expect(block.header.height <= disk.ledger.head.schedule.knownThrough)
            try await disk.ledger.execute([block])
            if block.header.height.rawValue % 7 == 0 { try disk.reopen() }
        }
        chain = scene.scene.chain
        #expect(disk.ledger.head.schedule == chain.schedule)
        #expect(disk.ledger.head.schedule.current.validators.count == 4)
        let atOnce = try await executed(scene)
        #expect(atOnce.ledger.head == disk.ledger.head)
        for epoch in 0..<3 as Range<UInt64> {
            let term = try #require(try await disk.ledger.term(of: Epoch(rawValue: epoch)))
            #expect(term.epoch.rawValue == epoch)
            #expect(term.validators.count == [4, 5, 4][Int(epoch)])
        }
        #expect(try await disk.ledger.validators(of: Epoch(rawValue: 3)) == nil)
        #expect(ValidatorSchedule.Term(genesis: genesis).epoch == .zero)
    }

    @Test func aBlockOfAnotherEpochThanItsHeightsIsNotExecuted() async throws {
        let scene = try Self.chain()
        let first = try change(of: scene, to: 1)
        let disk = try LedgerOnDisk(scene.consortium)
        let blocks = scene.scene.chain.blocks
        try await disk.ledger.execute(Array(blocks.prefix(Int(first.height.rawValue) - 1)))
        let head = disk.ledger.head
        let old = BlockBuilder(genesis: scene.consortium.genesis).block(
            of: [], on: head.block, in: .init(genesis: scene.consortium.genesis), view: head.block.view.next,
            now: head.timestamp.advanced(by: .seconds(1)), executed: head.results)
        let forged = FinalizedBlock(old, finalization: try scene.consortium.finalization(of: old.header))
        let error = await failure(LedgerError.self) { try await disk.ledger.execute([forged]) }
        #expect(error?.code == .wrongBlock)
        try await disk.ledger.execute([blocks[Int(first.height.rawValue) - 1]])
    }

    @Test(arguments: [41, 42, 43] as [UInt64])
    func rangesEndWithTheirEpoch(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let scene = try Self.chain()
        let serving = try await executed(scene)
        let behind = try LedgerOnDisk(scene.consortium)
        var ends: Set<Height> = []
        while behind.ledger.head.height < serving.ledger.head.height {
            let head = behind.ledger.head
            let range = try #require(
                try await serving.ledger.blocks(
                    from: head.height.next, limit: Int.random(in: 1...40, using: &generator),
                    maximumBytes: 100_000))
            #expect(Set((range.blocks.map(\.header) + range.headers).map(\.epoch)).count == 1, "seed \(seed)")
            let old = ValidatorSchedule(genesis: scene.consortium.genesis)
            if head.schedule.term(at: head.height.next).epoch > .zero {
                let error = await failure(LedgerError.self) {
                    try range.verified(
                        after: head.height, digest: head.digest, in: old, genesis: scene.consortium.genesis)
                }
                #expect(error?.code == .wrongBlock)
            }
            try await behind.ledger.execute(
                range.verified(
                    after: head.height, digest: head.digest, in: head.schedule, genesis: scene.consortium.genesis))
            ends.insert(behind.ledger.head.height)
        }
        #expect(behind.ledger.head == serving.ledger.head, "seed \(seed)")
        for epoch in 1...2 as ClosedRange<UInt64> {
            #expect(ends.contains(try #require(try change(of: scene, to: epoch).height.previous)), "seed \(seed)")
        }
    }

    @Test func receiptsOfEveryEpochHoldByTheGenesisAlone() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        var epochs: Set<UInt64> = []
        for (block, results) in zip(scene.scene.chain.blocks, scene.scene.chain.executed) {
            for outcome in results.outcomes where outcome.rejectionCode == nil {
                let receipt = try await disk.ledger.receipt(for: outcome.transaction)
                let read = try Receipt(derBytes: receipt.derBytes, limit: Receipt.maximumByteCount)
                let findings = try read.verify(against: scene.consortium.genesis)
                #expect(findings.seal.epoch == read.sealingHeader.epoch)
                epochs.insert(block.header.epoch.rawValue)
            }
        }
        #expect(epochs == [0, 1, 2])
        let name = NotesContract.key("third-1")
        let entry = try await disk.ledger.receipt(of: StateName(contract: "notes", key: name.bytes))
        #expect(entry.epochs.map(\.validators.epoch.rawValue) == [1, 2])
        let findings = try entry.verify(against: scene.consortium.genesis)
        #expect(findings.trusted.validators.epoch == Epoch(rawValue: 2))
    }

    @Test func lightClientsFollowFromEpochToEpoch() async throws {
        let scene = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        var follower = LightClient(genesis: scene.consortium.genesis)
        var sets: [Int] = []
        for (index, block) in scene.scene.chain.blocks.enumerated() {
            try await disk.ledger.execute([block])
            guard index % 5 == 0 else { continue }
            try follower.advance(try await disk.ledger.lightClientStep(from: follower.header?.height))
            sets.append(follower.currentValidators.count)
        }
        #expect(Set(sets) == [4, 5])
        #expect(follower.header?.epoch == Epoch(rawValue: 2))
        var late = LightClient(genesis: scene.consortium.genesis)
        try late.advance(try await disk.ledger.lightClientStep(from: nil))
        #expect(late.header == scene.scene.chain.blocks.last?.header)
        #expect(late.currentValidators.epoch == Epoch(rawValue: 2))
    }

    @Test func aLedgerOfSeveralEpochsIsVerifiedOffline() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        try disk.ledger.close()
        let verification = LedgerVerification(genesis: scene.consortium.genesis)
        let report = try verification.verify(disk.path)
        #expect(report.finalHeight == scene.height)
        let file = try LedgerFile(disk.path, genesis: scene.consortium.genesis)
        #expect(try file.validators(of: Epoch(rawValue: 1))?.count == 5)
        #expect(try file.validators(of: Epoch(rawValue: 3)) == nil)
        try await LedgerReplay(file, contracts: try Contracts([NotesContract()])).run(
            at: disk.directory.path("again"))
        // Each change is proved, by a row that nobody can leave out or exchange.
        let damages: [(table: String, sql: String)] = [
            ("epoch_changes", "DELETE FROM epoch_changes WHERE epoch = 2"),
            ("epoch_changes", "DELETE FROM epoch_changes WHERE epoch = 1"),
            ("epoch_changes", "UPDATE epoch_changes SET der = (SELECT der FROM epoch_changes WHERE epoch = 1)"),
            ("epoch_changes", "INSERT INTO epoch_changes SELECT 3, der FROM epoch_changes WHERE epoch = 2"),
        ]
        for (index, damage) in damages.enumerated() {
            let copy = disk.directory.path("damaged-\(index).sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: copy)
            let queue = try DatabaseQueue(path: copy)
            try await queue.write { try $0.execute(sql: damage.sql) }
            try queue.close()
            let fault = #expect(throws: LedgerFault.self) { try verification.verify(copy) }
            #expect(fault?.table == damage.table, "damage \(index)")
        }
    }

    @Test func whoeverLeavesOutTheOldSetsSignatureIsFoundOut() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        try disk.ledger.close()
        let last = try #require(try change(of: scene, to: 1).height.previous)
        let queue = try DatabaseQueue(path: disk.path)
        try await queue.write { try $0.execute(sql: "DELETE FROM finalizations WHERE height = \(last.rawValue)") }
        try queue.close()
        let fault = #expect(throws: LedgerFault.self) {
            try LedgerVerification(genesis: scene.consortium.genesis).verify(disk.path)
        }
        #expect(fault?.table == "blocks" && fault?.key == "\(last.next.rawValue)")
    }

    /// Joins by a snapshot at several heights, one of them while a change is announced.
    @Test func aLedgerFromASnapshotKnowsItsMembers() async throws {
        let scene = try Self.chain()
        let blocks = scene.scene.chain.blocks
        let genesis = scene.consortium.genesis
        let first = Int(try change(of: scene, to: 1).height.rawValue)
        for count in [first - 5, first + 2, blocks.count] {
            let disk = try LedgerOnDisk(scene.consortium)
            try await disk.ledger.execute(Array(blocks.prefix(count)))
            let snapshot = try SnapshotTests.Snapshot(of: disk.path, scene.consortium)
            let path = disk.directory.path("joined.sqlite")
            let builder = try SnapshotBuilder(path: path, genesis: genesis, manifest: snapshot.manifest)
            for chunk in snapshot.all { try builder.add(chunk) }
            try builder.finish()
            let joined = try ChannelLedger(path: path, genesis: genesis, contracts: try Contracts([NotesContract()]))
            let rest = blocks.dropFirst(Int(snapshot.manifest.height.rawValue))
            for block in rest { try await joined.execute([block]) }
            #expect(joined.head.schedule == scene.schedule)
            #expect(joined.head.results == scene.scene.chain.results)
            let name = StateName(contract: "notes", key: NotesContract.key("third-1").bytes)
            let receipt = try await joined.receipt(of: name)
            #expect(try receipt.verify(against: genesis).seal.epoch == Epoch(rawValue: 2))
            var client = LightClient(genesis: genesis)
            try client.advance(try await joined.lightClientStep(from: nil))
            try joined.close()
            #expect(try LedgerVerification(genesis: genesis).verify(path).height == scene.height)
        }
    }
}
