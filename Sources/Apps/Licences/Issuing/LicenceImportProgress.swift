public import Formats
import Foundation
public import Identity

/// Which rows of a table the ledger has confirmed to an import (导入进度), so that one that was interrupted goes on without
/// asking about them again.
///
/// It saves questions and nothing else: a row that it does not name is asked about, and what it names the ledger has
/// said. It belongs to one table, to the byte, one consortium and one department.
public struct LicenceImportProgress: Sendable {
    /// What a progress is of; of anything else it says nothing.
    public struct Subject: Sendable, Hashable, Codable {
        /// The digest of the whole table.
        public let table: Digest
        /// The digest of the genesis.
        public let consortium: Digest
        public let department: DepartmentName
        /// How rows are read.
        public let strictness: LicenceTableRules.Strictness
        /// Whether holders stand on the ledger.
        public let hasPseudonyms: Bool

        public init(
            table: Digest, genesis: Genesis, department: DepartmentName, strictness: LicenceTableRules.Strictness,
            hasPseudonyms: Bool
        ) {
            self.table = table
            consortium = genesis.digest
            self.department = department
            self.strictness = strictness
            self.hasPseudonyms = hasPseudonyms
        }
    }

    let subject: Subject
    /// The lines of the rows that were confirmed.
    private(set) var lines = IndexSet()
    /// The transactions that these licences stand in.
    private(set) var transactions: [TransactionIdentifier] = []
    private var known: Set<TransactionIdentifier> = []

    init(_ subject: Subject) { self.subject = subject }

    /// Takes in what the ledger has confirmed: licences that it has taken now, and those that it has in force and
    /// valid. About others there is something to tell, which another run has to tell again.
    /// - Returns: how many rows are new.
    mutating func confirm(_ settled: [LicenceBatch.Settled]) -> Int {
        var count = 0
        for licence in settled {
            switch licence.result {
            case .issued, .changed, .unchanged(.current(.valid)): break
            case .unchanged, .refused: continue
            }
            guard lines.insert(licence.row.line).inserted else { continue }
            count += 1
            if let transaction = licence.transaction, known.insert(transaction).inserted {
                transactions.append(transaction)
            }
        }
        return count
    }
}

extension LicenceImportProgress: Codable {
    private enum Member: String, CodingKey {
        case subject, lines, transactions
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Member.self)
        self.init(try container.decode(Subject.self, forKey: .subject))
        for range in try container.decode([[Int]].self, forKey: .lines) {
            guard range.count == 2, 1 <= range[0], range[0] <= range[1], range[1] < Int(Int32.max) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .lines, in: container, debugDescription: "a range of lines is its first and last")
            }
            lines.insert(integersIn: range[0]...range[1])
        }
        transactions = try container.decode([TransactionIdentifier].self, forKey: .transactions)
        known = Set(transactions)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Member.self)
        try container.encode(subject, forKey: .subject)
        try container.encode(lines.rangeView.map { [$0.lowerBound, $0.upperBound - 1] }, forKey: .lines)
        try container.encode(transactions, forKey: .transactions)
    }
}
