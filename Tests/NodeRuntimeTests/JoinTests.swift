import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// Nodes that begin with a snapshot, over the network and from a disk.
    @Suite struct JoinTests {
        /// A network with some blocks, of which the last is sealed, and without node 3.
        private func runningWithoutOne(_ network: TestNetwork) async throws -> Height {
            try await network.start()
            let submitter = try network.submitter(at: [0, 1, 2])
            for step in 0..<6 {
                try await submitter.submit([NotesContract.call("put", "note-\(step)", [UInt8(step)])])
            }
            let outcome = try await submitter.submit([NotesContract.call("repeat", "300", [1, 2, 3])])
            try await network.agreement(from: outcome.height.next)
            try await network.stop(3)
            return outcome.height
        }

        private func lose(_ index: Int, _ network: TestNetwork) throws {
            try FileManager.default.removeItem(atPath: "\(network.nodePath(index))/data")
        }

        private func maintenance(_ index: Int, _ network: TestNetwork) -> LedgerMaintenance {
            LedgerMaintenance(dataPath: "\(network.nodePath(index))/data", genesis: network.genesis)
        }

        @Test func aNodeThatLostEverythingJoinsByASnapshotAndVotesAgain() async throws {
            try await TestNetwork.with { network in
                let height = try await runningWithoutOne(network)
                try lose(3, network)
                network.adjustments[3] = { $0.joinMode = .always }
                try await network.start([3])
                try await network.agreement(from: height)
                // With one of the others away, its vote is needed for the quorum.
                let submitter = try network.submitter("second", at: [0, 1])
                let outcome = try await submitter.submit([NotesContract.call("put", "after", [1])])
                try await network.agreement(from: outcome.height)
                try await network.stop(2)
                let last = try await submitter.submit([NotesContract.call("put", "with-its-vote", [1])])
                try await network.agreement(of: [0, 1, 3], from: last.height)
                try await network.stop(3)
                let report = try maintenance(3, network).verify()
                #expect(report.snapshotHeight > .zero)
                #expect(report.height >= last.height)
            }
        }

        @Test func whoeverGivesAForgedSnapshotIsPassedOver() async throws {
            try await TestNetwork.with { network in
                let height = try await runningWithoutOne(network)
                try await network.stopAll()
                for index in 0..<3 {
                    let folder = try await snapshot(of: index, network)
                    guard index < 2 else { continue }
                    let state = "\(folder)/state-000000.der"
                    var bytes = try Data(contentsOf: URL(fileURLWithPath: state))
                    bytes[bytes.count / 2] ^= 1
                    try bytes.write(to: URL(fileURLWithPath: state))
                }
                try lose(3, network)
                network.adjustments[3] = { $0.joinMode = .always }
                try await network.start()
                try await network.agreement(from: height)
                try await network.stop(3)
                #expect(try maintenance(3, network).verify().snapshotHeight > .zero)
            }
        }

        @Test func aNodeThatIsGivenForgedSnapshotsAloneDoesNotStart() async throws {
            try await TestNetwork.with { network in
                _ = try await runningWithoutOne(network)
                try await network.stopAll()
                for index in 0..<3 {
                    let folder = try await snapshot(of: index, network)
                    let window = "\(folder)/window-000000.der"
                    var bytes = try Data(contentsOf: URL(fileURLWithPath: window))
                    bytes[bytes.count - 1] ^= 1
                    try bytes.write(to: URL(fileURLWithPath: window))
                }
                try lose(3, network)
                try await network.start([0, 1, 2])
                network.adjustments[3] = { $0.joinMode = .always }
                let node = try await network.node(3)
                let error = await #expect(throws: NodeStartError.self) { try await node.run() }
                for department in TestNetwork.departments.prefix(3) {
                    #expect(error?.message.contains("\(department)/validator/node") == true, "\(department) is named")
                }
                #expect(!FileManager.default.fileExists(atPath: "\(network.nodePath(3))/data/ledger.sqlite"))
            }
        }

        @Test func aNodeBeginsWithASnapshotFromADiskAndOthersWithIts() async throws {
            try await TestNetwork.with { network in
                let height = try await runningWithoutOne(network)
                try await network.stopAll()
                let folder = network.directory.path("snapshot")
                _ = try await maintenance(0, network).writeSnapshot(to: folder)
                for index in [2, 3] { try lose(index, network) }
                network.adjustments[3] = { $0.snapshotPath = folder }
                try await network.start([3])
                // Node 2 says nothing of how to begin, and has no votes: it asks, and the only one that answers has not
                // got the first blocks.
                try await network.start([2])
                try await network.start([0, 1])
                try await network.agreement(from: height)
                try await network.stopAll()
                for index in [2, 3] {
                    #expect(try maintenance(index, network).verify().snapshotHeight > .zero, "node \(index)")
                }
            }
        }

        @Test func aSnapshotOfAnotherConsortiumOrFromTheWrongPlaceIsRefused() async throws {
            try await TestNetwork.with { network in
                _ = try await runningWithoutOne(network)
                try await network.stopAll()
                let folder = network.directory.path("snapshot")
                _ = try await maintenance(0, network).writeSnapshot(to: folder)
                try await TestNetwork.with(consortium: "another") { other in
                    try other.loseAll()
                    other.adjustments[0] = { $0.snapshotPath = folder }
                    let node = try await other.node(0)
                    let error = await #expect(throws: (any Error).self) { try await node.run() }
                    #expect("\(error.map { "\($0)" } ?? "")".contains("consortium"))
                }
                try lose(3, network)
                network.adjustments[3] = { $0.snapshotPath = network.directory.path("nowhere") }
                let node = try await network.node(3)
                let error = await #expect(throws: FileError.self) { try await node.run() }
                #expect(error?.code == .missing)
            }
        }

        /// Makes the snapshot that a stopped node will give.
        private func snapshot(of index: Int, _ network: TestNetwork) async throws -> String {
            let snapshots = "\(network.nodePath(index))/data/snapshots"
            try FileManager.default.createDirectory(atPath: snapshots, withIntermediateDirectories: true)
            let first = "\(snapshots)/first"
            let manifest = try await maintenance(index, network).writeSnapshot(to: first)
            try FileManager.default.moveItem(atPath: first, toPath: "\(snapshots)/\(manifest.height)")
            return "\(snapshots)/\(manifest.height)"
        }
    }
}
