import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Pruning: what goes, what stays, and that what stays still proves itself.
struct PruningTests {
    /// A chain of two departments' transactions that is much longer than what has to be kept.
    private static func chain(_ blocks: Int = 30) throws -> (scene: Scene, bob: MemberIdentity) {
        var limits = ChannelLimits()
        limits.transactionLifetime = 4
        var scene = try Scene(limits: limits)
        let bob = try scene.consortium.member("bob", department: 1)
        try scene.append([scene.transaction([], by: bob, registering: true)])
        for index in 0..<blocks {
            try scene.append([
                scene.transaction([NotesContract.call("put", "key-\(index % 5)", [UInt8(index)])]),
                scene.transaction([NotesContract.call("repeat", "\(20 + index)", [UInt8(index)])], by: bob),
                scene.transaction([NotesContract.call("remove", "key-\((index + 2) % 5)")]),
                scene.transaction([NotesContract.call("append", "list", [UInt8(index)])], by: bob),
            ])
        }
        try scene.append()
        return (scene, bob)
    }

    private static func policy(_ heights: UInt64 = 8, keeping departments: [String] = ["department-1"]) -> PruningPolicy
    {
        PruningPolicy(heights: heights, departments: Set(departments.compactMap { DepartmentName($0) }))
    }

    /// Prunes until there is nothing left to prune.
    @discardableResult
    private func prune(_ ledger: ChannelLedger, _ policy: PruningPolicy, now: Timestamp) async throws -> Int {
        var steps = 0
        while true {
            steps += 1
            let step = try await ledger.prune(policy, now: now)
            if step.isDone { return steps }
        }
    }

    private func verify(_ path: String, _ scene: Scene) throws -> LedgerVerificationReport {
        try LedgerVerification(genesis: scene.consortium.genesis).verify(path)
    }

    @Test func whatIsPrunedIsGoneAndWhatStaysIsProved() async throws {
        let (scene, _) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let before = disk.ledger.head
        let count = try await prune(disk.ledger, Self.policy(), now: before.timestamp)
        #expect(count > 5, "it takes several steps")
        #expect(disk.ledger.head == before)
        let report = try verify(disk.path, scene)
        // The snapshot's height is 32; eight heights stay.
        #expect(report.transactionHorizon == Height(rawValue: 24))
        #expect(report.stateHorizon == Height(rawValue: 24))
        #expect(report.prunedTransactions > 30)
        #expect(report.stateRoot == before.results.stateRoot)

        for block in scene.chain.blocks.dropLast() {
            for (index, transaction) in block.transactions.enumerated() {
                let isOwn = transaction.body.submitter != scene.member.certificate.publicKey.identifier
                if isOwn || block.header.height > Height(rawValue: 24) {
                    let receipt = try await disk.ledger.receipt(at: block.header.height, index: index)
                    _ = try receipt.verify(against: scene.consortium.genesis)
                } else {
                    let error = await failure(LedgerError.self) {
                        try await disk.ledger.receipt(at: block.header.height, index: index)
                    }
                    #expect(error?.code == .pruned)
                    #expect(error?.message.contains("department-0") == true)
                }
            }
        }
    }

    @Test func aPrunedLedgerGoesOnAsTheOthers() async throws {
        var (scene, bob) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        for index in 0..<12 {
            try await prune(disk.ledger, Self.policy(), now: scene.chain.parent.timestamp)
            try scene.append([
                scene.transaction([NotesContract.call("put", "key-\(index % 7)", [UInt8(index)])]),
                scene.transaction([NotesContract.call("repeat", "\(30 + index)", [UInt8(index)])], by: bob),
                scene.transaction([NotesContract.call("remove", "key-\((index + 2) % 5)")]),
            ])
            try await disk.ledger.execute(scene.chain.blocks.suffix(1))
            #expect(disk.ledger.head.results == scene.chain.results)
        }
        try disk.ledger.close()
        #expect(try verify(disk.path, scene).stateRoot == scene.chain.results.stateRoot)
        let again = try ChannelLedger(
            path: disk.path, genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
        let whole = try LedgerOnDisk(scene.consortium)
        try await whole.ledger.execute(scene.chain.blocks)
        let name = StateName(contract: "notes", key: NotesContract.key("key-3").bytes)
        for height in 36...44 {
            let height = Height(rawValue: UInt64(height))
            #expect(try await again.stateProof(of: name, at: height) == whole.ledger.stateProof(of: name, at: height))
        }
        let error = await failure(LedgerError.self) { try await again.stateProof(of: name, at: Height(rawValue: 3)) }
        #expect(error?.code == .pruned)
        let changes = await failure(LedgerError.self) { try await again.changes(at: Height(rawValue: 3)) }
        #expect(changes?.code == .pruned)
        let blocks = await failure(LedgerError.self) {
            try await again.blocks(from: Height(rawValue: 3), limit: 3, maximumBytes: 1 << 20)
        }
        #expect(blocks?.code == .pruned)
    }

    @Test func aSnapshotOfAPrunedLedgerIsThatOfAWholeOne() async throws {
        let (scene, _) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let whole = try SnapshotTests.Snapshot(of: disk.path, scene.consortium)
        try await prune(disk.ledger, Self.policy(), now: scene.chain.parent.timestamp)
        let pruned = try SnapshotTests.Snapshot(of: disk.path, scene.consortium)
        #expect(pruned.manifest == whole.manifest)
        #expect(pruned.chunks == whole.chunks)
    }

    /// A crash between any two steps: what is there holds, and pruning goes on to the same end.
    @Test func pruningThatIsBrokenOffAnywhereHoldsAndGoesOn() async throws {
        let (scene, _) = try Self.chain(14)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        var steps = 0
        var isDone = false
        while !isDone {
            isDone = try await disk.ledger.prune(Self.policy(5), now: scene.chain.parent.timestamp).isDone
            steps += 1
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: disk.path + suffix) {
                try FileManager.default.copyItem(atPath: disk.path + suffix, toPath: path + suffix)
            }
            _ = try verify(path, scene)
            let copy = try ChannelLedger(
                path: path, genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
            #expect(copy.head == disk.ledger.head)
            try await prune(copy, Self.policy(5), now: scene.chain.parent.timestamp)
            try copy.close()
            #expect(try verify(path, scene).prunedTransactions > 0)
        }
        #expect(steps > 3)
    }

    @Test func aPolicyNeverTakesWhatOthersNeed() async throws {
        let (scene, _) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let now = scene.chain.parent.timestamp
        // A policy that keeps nothing keeps what a transaction may be valid for, and what is a snapshot's window.
        try await prune(disk.ledger, Self.policy(0, keeping: []), now: now)
        #expect(try verify(disk.path, scene).transactionHorizon == Height(rawValue: 27))
        _ = try SnapshotTests.Snapshot(of: disk.path, scene.consortium)
        // A policy that keeps more does not bring back what is gone, nor harm what is there.
        try await prune(disk.ledger, Self.policy(1_000), now: now)
        #expect(try verify(disk.path, scene).transactionHorizon == Height(rawValue: 27))
    }

    @Test func aPolicyInDaysKeepsWhatIsYounger() async throws {
        let (scene, _) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        var policy = Self.policy()
        // A block a second, so of the 33 the last 20 are younger than 20 seconds.
        policy.duration = .seconds(20)
        try await prune(disk.ledger, policy, now: scene.chain.parent.timestamp)
        #expect(try verify(disk.path, scene).transactionHorizon == Height(rawValue: 12))
    }

    @Test func changesOfAPrunedLedgerAreFound() async throws {
        let (scene, _) = try Self.chain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        try await prune(disk.ledger, Self.policy(), now: scene.chain.parent.timestamp)
        try disk.ledger.close()
        let statements = [
            "UPDATE transactions SET der = CAST(x'00' || zeroblob(32) AS BLOB) WHERE place = 5 << 14",
            "UPDATE outcomes SET der = CAST(x'00' || zeroblob(32) AS BLOB) WHERE place = 5 << 14",
            "UPDATE transactions SET der = CAST(x'00' || zeroblob(32) AS BLOB) WHERE place = 30 << 14",
            "UPDATE pruning_horizon SET height = 3, done = 3", "UPDATE state_horizon SET height = 3",
            "DELETE FROM state_values WHERE number = (SELECT min(number) FROM state_values)",
            "INSERT INTO state_values VALUES (7, 'notes', x'01', x'01')",
            "DELETE FROM state_entries WHERE group_number = (SELECT max(group_number) FROM state_entries)",
            "UPDATE state_twigs SET group_roots = zeroblob(512) WHERE twig = 0",
        ]
        for statement in statements {
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: path)
            let queue = try DatabaseQueue(path: path)
            try queue.inDatabase { try $0.execute(sql: statement) }
            try queue.close()
            #expect(throws: LedgerFault.self, "\(statement)") { try verify(path, scene) }
        }
    }
}
