import Formats
import GRDB
import Identity

/// Writes an executed block, within one access that commits it whole or not at all.
struct LedgerWriter {
    let database: Database

    func write(_ block: FinalizedBlock, _ executed: ExecutedBlock, _ update: StateUpdate) throws {
        try writeBlock(block, executed, update)
        try writeTransactions(block, executed)
        let statement = try database.prepared("INSERT INTO journal_nodes VALUES (?, ?, ?)")
        for node in executed.journalNodes {
            try statement.run([.integer(Int64(node.level)), .integer(Int64(node.index)), .blob(node.digest.bytes)])
        }
    }

    private func writeBlock(_ block: FinalizedBlock, _ executed: ExecutedBlock, _ update: StateUpdate) throws {
        let height = Int64(block.header.height.rawValue)
        try database.prepared("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run([
            .integer(height),
            .blob(block.digest.bytes),
            .blob(block.header.derBytes),
            .integer(Int64(block.transactions.count)),
            .integer(Int64(block.header.executed.height.rawValue)),
            .blob(executed.outcomesRoot.bytes),
            .blob(executed.executed.stateRoot.bytes),
            .blob(executed.executed.journalRoot.bytes),
            .integer(Int64(update.size)),
            .integer(update.valueCount),
        ])
        if let finalization = block.finalization {
            try database.prepared("INSERT INTO finalizations VALUES (?, ?)")
                .run([.integer(height), .blob(finalization.derBytes)])
        }
    }

    private func writeTransactions(_ block: FinalizedBlock, _ executed: ExecutedBlock) throws {
        let insertTransaction = try database.prepared("INSERT INTO transactions VALUES (?, ?, ?, ?)")
        let insertOutcome = try database.prepared("INSERT INTO outcomes VALUES (?, ?)")
        var numbers: [KeyIdentifier: (certificate: MemberCertificate, number: Int64)] = [:]
        for (index, transaction) in block.transactions.enumerated() {
            let place = TransactionPlace(height: block.header.height, index: index).rowNumber
            var submitter = SQLValue.null
            if let certificate = executed.submitters[index] {
                // One key may have had an earlier certificate within the same block.
                let key = certificate.publicKey.identifier
                if let known = numbers[key], known.certificate == certificate {
                    submitter = .integer(known.number)
                } else {
                    let number = try submitterNumber(of: certificate)
                    numbers[key] = (certificate, number)
                    submitter = .integer(number)
                }
            }
            try insertTransaction.run([
                .integer(place), .blob(transaction.identifier.digest.bytes), .blob(transaction.bytes), submitter,
            ])
            try insertOutcome.run([.integer(place), .blob(executed.encodedOutcomes[index])])
        }
    }

    private func submitterNumber(of certificate: MemberCertificate) throws -> Int64 {
        let der = SQLValue.blob(certificate.der)
        let select = try database.prepared("SELECT number FROM submitters WHERE certificate = ?")
        if case .integer(let number)? = try select.first([der], { $0.value(at: 0) }) { return number }
        try database.prepared("INSERT INTO submitters (certificate) VALUES (?)").run([der])
        return database.lastInsertedRowID
    }
}
