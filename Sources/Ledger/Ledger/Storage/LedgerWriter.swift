import Formats
import Foundation
import GRDB
import Identity

/// Writes an executed block, within one access that commits it whole or not at all.
struct LedgerWriter {
    let database: Database

    func write(_ block: FinalizedBlock, _ executed: ExecutedBlock, _ update: StateUpdate) throws {
        try writeBlock(block, executed, update)
        try writeTransactions(block, executed)
        let statement = try database.cachedStatement(sql: "INSERT INTO journal_nodes VALUES (?, ?, ?)")
        for node in executed.journalNodes {
            try statement.execute(arguments: [Int64(node.level), Int64(node.index), node.digest.bytes.blob])
        }
    }

    private func writeBlock(_ block: FinalizedBlock, _ executed: ExecutedBlock, _ update: StateUpdate) throws {
        let height = Int64(block.header.height.rawValue)
        try database.cachedStatement(sql: "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                height,
                block.digest.bytes.blob,
                block.header.derBytes.blob,
                block.transactions.count,
                Int64(block.header.executed.height.rawValue),
                executed.outcomesRoot.bytes.blob,
                executed.executed.stateRoot.bytes.blob,
                executed.executed.journalRoot.bytes.blob,
                Int64(update.size),
                update.valueCount,
            ])
        if let finalization = block.finalization {
            try database.cachedStatement(sql: "INSERT INTO finalizations VALUES (?, ?)")
                .execute(arguments: [height, finalization.derBytes.blob])
        }
    }

    private func writeTransactions(_ block: FinalizedBlock, _ executed: ExecutedBlock) throws {
        let insertTransaction = try database.cachedStatement(sql: "INSERT INTO transactions VALUES (?, ?, ?, ?)")
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
            let identifier = transaction.identifier.digest.bytes.blob
            try insertTransaction.execute(arguments: [place, identifier, transaction.bytes.blob, submitter])
            try insertOutcome.execute(arguments: [place, executed.encodedOutcomes[index].blob])
        }
    }

    private func submitterNumber(of certificate: MemberCertificate) throws -> Int64 {
        let select = try database.cachedStatement(sql: "SELECT number FROM submitters WHERE certificate = ?")
        if let number = try Int64.fetchOne(select, arguments: [certificate.der.blob]) { return number }
        try database.cachedStatement(sql: "INSERT INTO submitters (certificate) VALUES (?)")
            .execute(arguments: [certificate.der.blob])
        return database.lastInsertedRowID
    }
}
