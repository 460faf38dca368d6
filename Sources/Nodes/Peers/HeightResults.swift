import Formats
import Identity
import Ledger

/// Asks a peer for what a height came to there: a question of a node that has come to something else.
struct HeightResultsRequest: Codable, Sendable {
    let height: Height
}

/// What a height came to at one node, in enough detail to find where two differ. Nothing is proved by it: it serves a
/// diagnosis, and no more.
struct HeightResults: Codable, Sendable {
    struct Change: Codable, Sendable, Equatable {
        let contract: String
        let key: [UInt8]
        /// The digest of the value; zero where the key was removed.
        let value: Digest
    }

    struct Results: Codable, Sendable, Equatable {
        let stateRoot: Digest
        let journalRoot: Digest
        let outcomesRoot: Digest
        /// The block's changes in the order of (contract, key) by bytes, the first of them where there are very many.
        let changes: [Change]
    }

    /// Changes in one answer: a full block of the usual size has fewer.
    static let maximumChangeCount = 20_000

    /// `nil` where the node has not executed the height, or does not keep its changes any more.
    let results: Results?
}

extension ChannelLedger {
    /// - Throws: `LedgerError`.
    func heightResults(_ height: Height) async throws(LedgerError) -> HeightResults.Results? {
        guard height > .zero, let executed = try await results(at: height),
            let outcomesRoot = try await outcomesRoot(at: height)
        else { return nil }
        let suite = genesis.suite
        let changes = try await changes(at: height).prefix(HeightResults.maximumChangeCount).map { change in
            HeightResults.Change(
                contract: change.contract, key: change.key, value: change.valueDigest(suite: suite))
        }
        return HeightResults.Results(
            stateRoot: executed.stateRoot,
            journalRoot: executed.journalRoot,
            outcomesRoot: outcomesRoot,
            changes: changes
        )
    }
}
