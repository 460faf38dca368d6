import Formats
import GRDB
import Identity

/// Checks `transactions` and `outcomes` of each block, and the signatures.
struct TransactionCheck {
    private let genesis: Genesis
    private let base: LedgerBase
    private let checksSignatures: Bool
    private let transactions: TableCursor
    private let outcomes: TableCursor
    private var submitters: SubmitterCheck
    private(set) var count = 0
    private(set) var prunedCount = 0
    private(set) var signatureCount = 0

    init(_ database: Database, genesis: Genesis, base: LedgerBase, checksSignatures: Bool) throws {
        self.genesis = genesis
        self.base = base
        self.checksSignatures = checksSignatures
        transactions = try TableCursor(
            database, "transactions", key: ["place"], columns: ["identifier", "der", "submitter"])
        outcomes = try TableCursor(database, "outcomes", key: ["place"], columns: ["der"])
        submitters = try SubmitterCheck(database, genesis: genesis)
    }

    /// Checks the rows of one block.
    /// - Parameters:
    ///   - isElsewhere: whether it is the snapshot's own block, whose transactions are not here.
    ///   - registry: the certificates after the block; `nil` where the state of its time is pruned.
    mutating func check(
        _ block: CheckedBlock,
        isElsewhere: Bool,
        registry: inout CertificateRegistry?
    ) throws {
        let suite = genesis.suite
        if isElsewhere {
            let leaves = try leaves(belowSnapshot: block.height)
            try block.row.expect("transaction_count", block.transactionCount, is: leaves.count)
            try block.row.expect(
                "outcomes_root", block.outcomesRoot, is: MerkleTree.root(ofLeaves: leaves, suite: suite))
            return
        }
        var leaves: (transactions: [Digest], outcomes: [Digest]) = ([], [])
        for index in 0..<block.transactionCount {
            let place = TransactionPlace(height: block.height, index: index).rowNumber
            let row = try transactions.require([place])
            let outcomeRow = try outcomes.require([place])
            let outcome = try check(outcomeRow, at: block.height, index: index, identifier: row.digest("identifier"))
            leaves.outcomes.append(outcome.leaf)
            leaves.transactions.append(try check(row, of: block, outcome: outcome.outcome, registry: &registry))
        }
        try block.row.expect(
            "header", MerkleTree.root(ofLeaves: leaves.transactions, suite: suite), is: block.header.transactionsRoot)
        try block.row.expect(
            "outcomes_root", block.outcomesRoot, is: MerkleTree.root(ofLeaves: leaves.outcomes, suite: suite))
    }

    /// Checks the outcomes of a block below the snapshot that the ledger begins with, whose transactions are not here.
    mutating func check(belowSnapshot leaf: JournalLeaf, _ leafRow: TableRow) throws {
        let leaves = try leaves(belowSnapshot: leaf.height)
        try leafRow.expect(
            "leaf", MerkleTree.root(ofLeaves: leaves, suite: genesis.suite), is: leaf.outcomesRoot)
    }

    private func leaves(belowSnapshot height: Height) throws -> [Digest] {
        var leaves: [Digest] = []
        let last = TransactionPlace.rowNumbers(of: height).upperBound
        while let key = outcomes.peek?.key, key[0] <= last {
            let place = TransactionPlace(height: height, index: leaves.count).rowNumber
            let row = try transactions.require([place])
            guard case .elsewhere = try StoredPart(row, "der"), row.isNull("submitter") else {
                throw row.fault("der", expected: "nothing but the identifier", found: "more")
            }
            let outcome = try check(
                try outcomes.require([place]), at: height, index: leaves.count,
                identifier: try row.digest("identifier"))
            leaves.append(outcome.leaf)
        }
        return leaves
    }

    func finish() throws {
        try transactions.finish()
        try outcomes.finish()
        try submitters.finish()
    }

    private func check(
        _ row: TableRow,
        at height: Height,
        index: Int,
        identifier: Digest
    ) throws -> (leaf: Digest, outcome: Outcome?) {
        switch try StoredPart(row, "der") {
        case .der(let bytes):
            let outcome = try row.structure("der", as: Outcome.self, limit: Outcome.maximumByteCount)
            try row.expect("der", outcome.height, is: height)
            try row.expect("der", outcome.index, is: index)
            try row.expect("der", outcome.transaction.digest, is: identifier)
            return (MerkleTree.leafDigest(bytes, suite: genesis.suite), outcome)
        case .pruned(let leaf):
            try checkMayBePruned(row, at: height)
            return (leaf, nil)
        case .elsewhere: throw row.fault("der", expected: "an outcome", found: "none")
        }
    }

    private mutating func check(
        _ row: TableRow,
        of block: CheckedBlock,
        outcome: Outcome?,
        registry: inout CertificateRegistry?
    ) throws -> Digest {
        let certificate = try submitters.certificate(of: row)
        count += 1
        switch try StoredPart(row, "der") {
        case .der(let bytes):
            let transaction = try row.structure("der", as: Transaction.self, limit: Transaction.maximumByteCount)
            let identifier = transaction.body.identifier(suite: genesis.suite)
            try row.expect("identifier", try row.digest("identifier"), is: identifier.digest)
            try row.expect("der", transaction.body.channel, is: genesis.channel)
            guard transaction.body.lastValidHeight >= block.height else {
                throw row.fault(
                    "der", expected: "a transaction that is valid at height \(block.height)",
                    found: "one that is up to \(transaction.body.lastValidHeight)")
            }
            guard let outcome else { throw row.fault("der", expected: "no more than its outcome has", found: "all") }
            try checkSubmitter(certificate, of: transaction, outcome: outcome, row, block, registry: &registry)
            return MerkleTree.leafDigest(bytes, suite: genesis.suite)
        case .pruned(let leaf):
            try checkMayBePruned(row, at: block.height)
            prunedCount += 1
            return leaf
        case .elsewhere: throw row.fault("der", expected: "a transaction", found: "none")
        }
    }

    private func checkMayBePruned(_ row: TableRow, at height: Height) throws {
        guard height <= base.transactions else {
            throw row.fault("der", expected: "DER, as above the horizon of pruning", found: "a leaf digest")
        }
    }

    private mutating func checkSubmitter(
        _ certificate: MemberCertificate?,
        of transaction: Transaction,
        outcome: Outcome,
        _ row: TableRow,
        _ block: CheckedBlock,
        registry: inout CertificateRegistry?
    ) throws {
        let time = block.header.timestamp
        if let candidates = registry?.candidates(for: transaction.body, at: time),
            !candidates.contains(where: { $0 == certificate })
        {
            throw row.fault(
                "submitter", expected: "the certificate of \(candidates[0]?.member.description ?? "nobody")",
                found: certificate.map { "that of \($0.member)" } ?? "none"
            )
        }
        guard let certificate else {
            guard case .rejected(let rejection) = outcome.status, Self.submitterCodes.contains(rejection.code) else {
                throw row.fault("submitter", expected: "the certificate that it was executed under", found: "none")
            }
            return
        }
        try row.expect("submitter", certificate.publicKey.identifier, is: transaction.body.submitter)
        try submitters.authenticate(certificate, at: time, row)
        guard checksSignatures else { return }
        let digest = transaction.body.identifier(suite: genesis.suite).digest
        guard certificate.publicKey.isValid(transaction.signature, of: digest, for: .transaction) else {
            throw row.fault("der", expected: "a signature of \(certificate.member)", found: "another")
        }
        signatureCount += 1
    }

    /// Why a transaction is rejected whose submitter has no certificate in force.
    private static let submitterCodes: Set<String> = [
        ContractError.Code.submitterUnknown.rawValue, ContractError.Code.submitterExpired.rawValue,
        ContractError.Code.submitterRevoked.rawValue,
    ]
}
