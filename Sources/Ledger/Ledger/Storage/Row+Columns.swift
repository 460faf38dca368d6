import Foundation
import GRDB
import Identity

// Column readers that throw where GRDB's own would trap: a damaged file must stop the node with a diagnosis.

extension Row {
    func bytes(at index: Int) throws(LedgerError) -> [UInt8] {
        let value: DatabaseValue = self[index]
        guard let data = Data.fromDatabaseValue(value) else { throw wrongColumn(index, "bytes") }
        return [UInt8](data)
    }

    func text(at index: Int) throws(LedgerError) -> String {
        let value: DatabaseValue = self[index]
        guard let text = String.fromDatabaseValue(value) else { throw wrongColumn(index, "text") }
        return text
    }

    func integer(at index: Int) throws(LedgerError) -> Int64 {
        let value: DatabaseValue = self[index]
        guard let integer = Int64.fromDatabaseValue(value) else { throw wrongColumn(index, "an integer") }
        return integer
    }

    func digest(at index: Int) throws(LedgerError) -> Digest {
        guard let digest = Digest(try bytes(at: index)) else { throw wrongColumn(index, "a digest") }
        return digest
    }

    private func wrongColumn(_ index: Int, _ expected: String) -> LedgerError {
        LedgerError(.corrupted, "column \(index) of a row is not \(expected); restore a backup")
    }
}

extension [UInt8] {
    /// The bytes as SQLite takes them.
    var blob: Data { Data(self) }
}
