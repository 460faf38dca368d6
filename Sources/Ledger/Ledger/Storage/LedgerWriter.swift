import Formats
import Foundation
import GRDB
import Identity

/// Writes an executed block, within one access that commits it whole or not at all.
struct LedgerWriter {
    let database: Database

    func write(_ block: FinalizedBlock, _ executed: ExecutedBlock) throws {
        try writeBlock(block, executed)
        try writeTransactions(block, executed)
        try writeState(executed)
        let statement = try database.cachedStatement(sql: "INSERT INTO journal_nodes VALUES (?, ?, ?)")
        for node in executed.journalNodes {
            try statement.execute(arguments: [Int64(node.level), Int64(node.index), node.digest.bytes.blob])
        }
    }

    private func writeBlock(_ block: FinalizedBlock, _ executed: ExecutedBlock) throws {
        let height = Int64(block.header.height.rawValue)
        try database.cachedStatement(sql: "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
            height,
            block.digest.bytes.blob,
            block.header.derBytes.blob,
            block.transactions.count,
            Int64(block.header.executed.height.rawValue),
            executed.outcomesRoot.bytes.blob,
            executed.executed.stateRoot.bytes.blob,
            executed.executed.journalRoot.bytes.blob,
        ])
        if let finalization = block.finalization {
            try database.cachedStatement(sql: "INSERT INTO finalizations VALUES (?, ?)")
                .execute(arguments: [height, finalization.derBytes.blob])
        }
    }

    private func writeTransactions(_ block: FinalizedBlock, _ executed: ExecutedBlock) throws {
        let insertTransaction = try database.cachedStatement(sql: "INSERT INTO transactions VALUES (?, ?, ?)")
        let insertOutcome = try database.cachedStatement(sql: "INSERT INTO outcomes VALUES (?, ?)")
        var numbers: [MemberCertificate: Int64] = [:]
        for (index, transaction) in block.transactions.enumerated() {
            let place = TransactionPlace(height: block.header.height, index: index).rowNumber
            var submitter: Int64?
            if let certificate = executed.submitters[index] {
                let number = try numbers[certificate] ?? submitterNumber(of: certificate)
                numbers[certificate] = number
                submitter = number
            }
            try insertTransaction.execute(arguments: [place, transaction.bytes.blob, submitter])
            try insertOutcome.execute(arguments: [place, executed.encodedOutcomes[index].blob])
        }
        try writeIndex(block)
    }

    private func writeIndex(_ block: FinalizedBlock) throws {
        let insert = try database.cachedStatement(sql: "INSERT INTO transaction_index VALUES (?, ?)")
        // In the order of the index, whose pages are then touched once each.
        let entries = block.transactions.enumerated().sorted { $0.element.identifier < $1.element.identifier }
        for (index, transaction) in entries {
            let place = TransactionPlace(height: block.header.height, index: index).rowNumber
            do {
                try insert.execute(arguments: [transaction.identifier.digest.bytes.blob, place])
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw LedgerError(
                    .duplicateTransaction,
                    """
                    block \(block.header.height) is final and holds transaction \(transaction.identifier), \
                    which is on the ledger already: more validators than the quorum allows for have broken the rules
                    """
                )
            }
        }
    }

    private func submitterNumber(of certificate: MemberCertificate) throws -> Int64 {
        let select = try database.cachedStatement(sql: "SELECT number FROM submitters WHERE certificate = ?")
        if let number = try Int64.fetchOne(select, arguments: [certificate.der.blob]) { return number }
        try database.cachedStatement(sql: "INSERT INTO submitters (certificate) VALUES (?)")
            .execute(arguments: [certificate.der.blob])
        return database.lastInsertedRowID
    }

    private func writeState(_ executed: ExecutedBlock) throws {
        let put = try database.cachedStatement(
            sql: """
                INSERT INTO state VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (contract, key) DO UPDATE SET value = ?3, height = ?4
                """)
        let remove = try database.cachedStatement(sql: "DELETE FROM state WHERE contract = ? AND key = ?")
        for change in executed.changes {
            if let value = change.value {
                let height = Int64(executed.height.rawValue)
                try put.execute(arguments: [change.contract, change.key.blob, value.blob, height])
            } else {
                try remove.execute(arguments: [change.contract, change.key.blob])
            }
        }
    }
}
