import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// What auditors are promised of validators that contradict themselves.
    @Suite struct MisconductTests {
        @Test func aProofThatANodeHasKeptComesOntoTheLedgerOnce() async throws {
            try await TestNetwork.with { network in
                let proof = try network.contradiction(by: 3)
                let directory = "\(network.nodePath(0))/data/evidence"
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                try Data(proof.derBytes).write(to: URL(fileURLWithPath: "\(directory)/kept.der"))
                try await network.start()
                try await eventually("the proof is on every node's ledger") {
                    for index in 0..<4 where try await network.cases(at: index).count != 1 { return false }
                    return true
                }
                let record = try #require(try await network.cases(at: 1).first)
                #expect(record.offender.description == network.members[3])
                #expect(record.reporter.description == network.members[0])
                #expect(record.evidence == proof.derBytes)
                // What the ledger has is not reported again.
                try await network.stop(0)
                try await network.start([0])
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(from: outcome.height)
                #expect(try await network.cases(at: 2).count == 1)
            }
        }
    }
}

extension TestNetwork {
    /// Two finalize votes of a node for different blocks in one view.
    fileprivate func contradiction(by index: Int) throws -> Evidence {
        let identity = try IdentityDirectory(identityPath(index)).loadAll(suite: Self.suite).ledger
        let place = try #require(genesis.validators.index(of: identity.member))
        let votes = try [1, 2].map { (content: UInt8) in
            let statement = VoteStatement.finalize(
                Self.suite.digest(of: [content]), in: View(rawValue: 5), epoch: .zero, channel: genesis.channel)
            return try Vote(statement, by: place, key: identity.key, suite: Self.suite)
        }
        return .votes(votes[0], votes[1])
    }

    fileprivate func cases(at index: Int) async throws -> [MisconductRecord] {
        let page: MisconductPage = try await probe(index).query(
            contract: MisconductContract.name,
            name: MisconductContract.listQuery,
            arguments: MisconductPageArguments(first: 0, limit: 10)
        ).result
        return page.records
    }
}
