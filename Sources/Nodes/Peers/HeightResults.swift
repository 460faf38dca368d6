package import Formats
package import Identity
import Ledger

/// Asks a peer for what a height came to there: a question of a node that has come to something else.
package struct HeightResultsRequest: Codable, Sendable {
    package let height: Height

    package init(height: Height) { self.height = height }
}

/// What a height came to at one node, in enough detail to find where two differ. Nothing is proved by it: it serves a
/// diagnosis, and no more.
package struct HeightResults: Codable, Sendable {
    package struct Change: Codable, Sendable, Equatable {
        let contract: String
        let key: [UInt8]
        /// The digest of the value; zero where the key was removed.
        let value: Digest

        package init(contract: String, key: [UInt8], value: Digest) {
            self.contract = contract
            self.key = key
            self.value = value
        }
    }

    package struct Results: Codable, Sendable, Equatable {
        let stateRoot: Digest
        let journalRoot: Digest
        let outcomesRoot: Digest
        /// The block's changes in the order of (contract, key) by bytes, the first of them where there are very many.
        let changes: [Change]

        package init(stateRoot: Digest, journalRoot: Digest, outcomesRoot: Digest, changes: [Change]) {
            self.stateRoot = stateRoot
            self.journalRoot = journalRoot
            self.outcomesRoot = outcomesRoot
            self.changes = changes
        }
    }

    /// Changes in one answer: a full block of the usual size has fewer.
    static let maximumChangeCount = 20_000

    /// `nil` where the node has not executed the height, or does not keep its changes any more.
    let results: Results?

    package init(results: Results?) { self.results = results }
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
