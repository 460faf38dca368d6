import Formats
import GRDB
import Identity

/// Checks `finalizations`: each is of its block and signed by a quorum.
struct FinalizationCheck {
    private let genesis: Genesis
    private let rows: TableCursor
    private let checksSignatures: Bool
    private(set) var count = 0
    private(set) var signatureCount = 0
    /// The last height that a finalization proves, by its own or a descendant's.
    private(set) var finalHeight = Height.zero

    init(_ database: Database, genesis: Genesis, checksSignatures: Bool) throws {
        self.genesis = genesis
        self.checksSignatures = checksSignatures
        rows = try TableCursor(database, "finalizations", key: ["height"], columns: ["der"])
    }

    mutating func check(_ block: CheckedBlock) throws {
        guard let row = try rows.next([Int64(block.height.rawValue)]) else { return }
        let certificate = try row.structure(
            "der", as: QuorumCertificate.self, limit: QuorumCertificate.maximumByteCount)
        let expected = VoteStatement.finalize(
            block.digest, in: block.header.view, epoch: block.header.epoch, channel: genesis.channel)
        try row.expect("der", certificate.statement, is: expected)
        if checksSignatures {
            do {
                try certificate.verify(in: genesis.validators, suite: genesis.suite)
            } catch {
                throw row.fault("der", expected: "the signatures of a quorum", found: "\(error)")
            }
            signatureCount += certificate.signers.count
        }
        count += 1
        finalHeight = block.height
    }

    func finish() throws { try rows.finish() }
}
