import Formats
import GRDB
import Identity

/// Checks `finalizations`: each is of its block and signed by a quorum.
struct FinalizationCheck {
    private let genesis: Genesis
    private let terms: EpochTerms
    private let rows: TableCursor
    private let checksSignatures: Bool
    private(set) var count = 0
    private(set) var signatureCount = 0
    /// The last height that a finalization proves, by its own or a descendant's.
    private(set) var finalHeight = Height.zero

    init(_ database: Database, genesis: Genesis, terms: EpochTerms, checksSignatures: Bool) throws {
        self.genesis = genesis
        self.terms = terms
        self.checksSignatures = checksSignatures
        rows = try TableCursor(database, "finalizations", key: ["height"], columns: ["der"])
    }

    mutating func check(_ block: CheckedBlock) throws {
        guard let row = try rows.next([Int64(block.height.rawValue)]) else { return }
        let certificate = try row.structure(
            "der", as: QuorumCertificate.self, limit: QuorumCertificate.maximumByteCount)
        // Of the header's view, or of a later one in which the very same block was proposed again.
        let view = max(certificate.statement.view, block.header.view)
        let expected = VoteStatement.finalize(
            block.digest, in: view, epoch: block.header.epoch, channel: genesis.channel)
        try row.expect("der", certificate.statement, is: expected)
        if checksSignatures {
            do {
                try certificate.verify(in: terms.term(at: block.height).validators, suite: genesis.suite)
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
